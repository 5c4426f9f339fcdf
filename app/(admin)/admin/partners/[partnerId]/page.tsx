import type { Metadata } from "next";
import { PartnerSwitches } from "@/components/admin/partner-switches";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { loadPartner } from "@/lib/tenants/loaders";

export const metadata: Metadata = { title: "Partner" };

export default async function PartnerPage({ params }: { params: Promise<{ partnerId: string }> }) {
  const { partnerId } = await params;
  const partner = await loadPartner(partnerId);
  return (
    <Page crumbs={[{ label: "Partners", href: "/admin/partners" }, { label: partner.name }]}>
      <PageHeader title={partner.name} sentence="Features and access of this partner." />
      <Card className="max-w-2xl">
        <CardHeader title="Edit partner" />
        <CardBody>
          <PartnerSwitches
            partnerId={partner.id}
            name={partner.name}
            externalAuthentication={partner.externalAuthenticationEnabled}
            disabled={partner.disabledAt !== null}
          />
        </CardBody>
      </Card>
    </Page>
  );
}

import type { Metadata } from "next";
import { BrandingForm } from "@/components/settings/branding-form";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { loadBranding } from "@/lib/tenants/loaders";

export const metadata: Metadata = { title: "Branding" };

export default async function BrandingPage() {
  const { name, branding, mayWrite } = await loadBranding();
  return (
    <Page crumbs={[{ label: "Settings" }, { label: "Branding" }]}>
      <PageHeader title="Branding" sentence="What your customers see when they install and connect, instead of Keyway." />
      <BrandingForm partnerName={name} branding={branding} mayWrite={mayWrite} />
    </Page>
  );
}

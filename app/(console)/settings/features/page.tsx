import type { Metadata } from "next";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { Card, CardBody } from "@/components/ui/card";
import { StateTag } from "@/components/ui/state-tag";
import { loadFeatures } from "@/lib/tenants/loaders";

export const metadata: Metadata = { title: "Features" };

export default async function FeaturesPage() {
  const { externalAuthentication } = await loadFeatures();
  return (
    <Page crumbs={[{ label: "Settings" }, { label: "Features" }]}>
      <PageHeader title="Features" sentence="What the administrator of this instance has switched on for you." />
      <Card className="max-w-2xl">
        <CardBody className="flex flex-wrap items-start justify-between gap-3">
          <div className="min-w-0 flex-1 basis-64">
            <h2>External Authentication of Connectors</h2>
            <p className="mt-1 text-sm text-ink-2">
              Lets a step take its credentials from the run instead of the installed connector, so that each run can act as
              someone else. {externalAuthentication ? "" : "Ask the administrator to switch it on."}
            </p>
          </div>
          <StateTag state={externalAuthentication ? "ok" : "off"}>
            {externalAuthentication ? "Switched on by the administrator" : "Switched off by the administrator"}
          </StateTag>
        </CardBody>
      </Card>
    </Page>
  );
}

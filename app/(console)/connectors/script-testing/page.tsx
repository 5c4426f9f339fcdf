import type { Metadata } from "next";
import { ScriptTesting } from "@/components/scripts/script-testing";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { scriptTestingPage } from "@/lib/run/loaders";

export const metadata: Metadata = { title: "Script testing" };

export default async function ScriptTestingPage() {
  const page = await scriptTestingPage();
  return (
    <Page wide crumbs={[{ label: "Connectors" }, { label: "Script testing" }]}>
      <PageHeader
        title="Script testing"
        sentence="Run a connector's script on variables that you make up, with the limits and functions of a real call."
      />
      <ScriptTesting {...page} />
    </Page>
  );
}

import type { Metadata } from "next";
import { ImportChoice } from "@/components/custom-connectors/import-choice";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { importPage } from "@/lib/custom-connectors/loaders";

export const metadata: Metadata = { title: "Import a connector" };

export default async function ImportPage() {
  await importPage();
  return (
    <Page crumbs={[{ label: "Custom connectors", href: "/connectors/custom" }, { label: "Import" }]}>
      <PageHeader title="Import a connector" sentence="It becomes a draft, to be looked at before it is published." />
      <ImportChoice />
    </Page>
  );
}

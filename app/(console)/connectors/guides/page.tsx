import type { Metadata } from "next";
import { Guides } from "@/components/connectors/guides";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { guidesPage, type SearchParams } from "@/lib/partners/loaders";

export const metadata: Metadata = { title: "Connector guides" };

export default async function GuidesPage({ searchParams }: { searchParams: SearchParams }) {
  const { all, ...guides } = await guidesPage(searchParams);
  return (
    <Page wide crumbs={[{ label: "Connectors" }, { label: "Guides" }]}>
      <PageHeader
        title="Connector guides"
        sentence={`What to do at each of ${all.toLocaleString("en")} providers, what to enter here, and what customers give.`}
      />
      <Guides {...guides} />
    </Page>
  );
}

import type { Metadata } from "next";
import { cookies } from "next/headers";
import { GuidesLink } from "@/components/connectors/guides-link";
import { Library } from "@/components/connectors/library";
import { LIBRARY_VIEW_COOKIE, parseLibraryView } from "@/components/connectors/library-view";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { libraryPage, type SearchParams } from "@/lib/partners/loaders";

export const metadata: Metadata = { title: "Application connector library" };

export default async function LibraryPage({ searchParams }: { searchParams: SearchParams }) {
  const { all, ...library } = await libraryPage(searchParams);
  const view = parseLibraryView((await cookies()).get(LIBRARY_VIEW_COOKIE)?.value);
  return (
    <Page wide crumbs={[{ label: "Connectors" }, { label: "Application library" }]}>
      <PageHeader
        title="Application connector library"
        sentence={`${all.toLocaleString("en")} connectors. Set one up once, and every account can install it.`}
        actions={<GuidesLink />}
      />
      <Library {...library} view={view} />
    </Page>
  );
}

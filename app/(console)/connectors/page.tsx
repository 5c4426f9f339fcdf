import type { Metadata } from "next";
import { cookies } from "next/headers";
import { LibraryPage } from "@/components/connectors/library-page";
import { LIBRARY_VIEW_COOKIE, parseLibraryView } from "@/components/connectors/library-view";
import { libraryPage, type SearchParams } from "@/lib/partners/loaders";

export const metadata: Metadata = { title: "Application connector library" };

export default async function ConnectorsPage({ searchParams }: { searchParams: SearchParams }) {
  const library = await libraryPage(searchParams);
  return <LibraryPage {...library} view={parseLibraryView((await cookies()).get(LIBRARY_VIEW_COOKIE)?.value)} />;
}

"use client";

import { Page } from "../shell/page";
import { PageHeader } from "../shell/page-header";
import { ButtonLink } from "../ui/button";
import { Glyph } from "../ui/glyph";
import { Library } from "./library";
import type { LibraryView } from "./library-view";
import type { FirstPage } from "./use-library";

export interface LibraryPageProps extends FirstPage {
  /** How many connectors there are. */
  all: number;
  view: LibraryView;
}

/** The page of the application connector library, as one piece: what a server component draws travels once as HTML and once as data. */
export function LibraryPage({ all, ...library }: LibraryPageProps) {
  return (
    <Page wide crumbs={[{ label: "Connectors" }, { label: "Application library" }]}>
      <PageHeader
        title="Application connector library"
        sentence={`${all.toLocaleString("en")} connectors. Set one up once, and every account can install it.`}
        actions={
          <ButtonLink href="/connectors/guides" icon={<Glyph name="guides" />}>
            Guides
          </ButtonLink>
        }
      />
      <Library {...library} />
    </Page>
  );
}

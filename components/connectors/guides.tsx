"use client";

import { SearchX } from "lucide-react";
import { Link } from "../ui/link";
import { useRouter } from "next/navigation";
import { parseAsString, useQueryState } from "nuqs";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Logo } from "../ui/logo";
import { Note } from "../ui/note";
import { AuthTag } from "../ui/tag";
import { LibrarySearch } from "./library-search";
import { More } from "./more";
import { useLibrary, type FirstPage } from "./use-library";

/** Every connector's guide, found by the connector's name. */
export function Guides(page: FirstPage) {
  const router = useRouter();
  const [q, setQ] = useQueryState("q", parseAsString.withDefault("").withOptions({ history: "replace" }));
  const { found, rows, total } = useLibrary(page, { q, category: [], auth: [], state: [] });
  return (
    <>
      <div className="mb-4.5">
        <LibrarySearch
          label="Search guides"
          value={q}
          onChange={(text) => void setQ(text)}
          onEnter={() => {
            if (q && rows[0] && !found.isPlaceholderData) router.push(`/connectors/guides/${rows[0].slug}`);
          }}
        />
      </div>
      <p role="status" className="sr-only">
        {total === 1 ? "1 guide" : `${total.toLocaleString("en")} guides`}
      </p>
      {found.error && (
        <Note kind="bad" role="alert" className="mb-3" actions={<Button onClick={found.refetch}>Try again</Button>}>
          The list could not be read. {found.error.message}
        </Note>
      )}
      {rows.length > 0 ? (
        <ul aria-label="Guides" className="grid grid-cols-[minmax(0,1fr)] gap-x-3 gap-y-1 sm:grid-cols-2 xl:grid-cols-3">
          {rows.map((row) => (
            <li key={row.slug} className="min-w-0">
              <Link
                href={`/connectors/guides/${row.slug}`}
                className="flex items-center gap-2.5 rounded-md px-2 py-1.5 hover:bg-hover"
              >
                <Logo name={row.name} slug={row.slug} size="small" />
                <span className="min-w-0 flex-1 truncate">{row.name}</span>
                <AuthTag types={row.types} />
              </Link>
            </li>
          ))}
        </ul>
      ) : (
        <EmptyState
          icon={<SearchX />}
          title="No guide fits"
          action={<Button onClick={() => void setQ(null)}>Clear the search</Button>}
        >
          {`No connector is called anything like “${q}”. Try the product's name, or its maker's.`}
        </EmptyState>
      )}
      {found.hasNextPage && (
        <More
          left={total - rows.length}
          pending={found.isFetchingNextPage}
          disabled={found.isPlaceholderData}
          onMore={found.fetchNextPage}
        />
      )}
    </>
  );
}

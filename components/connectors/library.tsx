"use client";

import { useRouter } from "next/navigation";
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useRef, useState } from "react";
import { AUTH_TYPES } from "@/lib/auth-methods/constants";
import { SETUP_STATES } from "@/lib/catalog/constants";
import type { LibraryQuery } from "@/lib/catalog/schema";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Glyph } from "../ui/glyph";
import { Note } from "../ui/note";
import { LibraryFilters, type LibraryFilterValues } from "./library-filters";
import { LibraryGrid, LibraryTable } from "./library-rows";
import { LibrarySearch } from "./library-search";
import { LIBRARY_VIEW_COOKIE, type LibraryView } from "./library-view";
import { useLinkPresses } from "../ui/link";
import { More } from "./more";
import { ViewSwitch } from "./view-switch";
import { useLibrary, type FirstPage } from "./use-library";

/** How the filters stand in the address; the server reads the same words. */
const FILTERS = {
  q: parseAsString.withDefault(""),
  category: parseAsArrayOf(parseAsString).withDefault([]),
  auth: parseAsArrayOf(parseAsStringLiteral(AUTH_TYPES)).withDefault([]),
  state: parseAsArrayOf(parseAsStringLiteral(SETUP_STATES)).withDefault([]),
};

function remember(view: LibraryView): void {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${LIBRARY_VIEW_COOKIE}=${view}; path=/; max-age=31536000; samesite=lax${secure}`;
}

type FilterChange = Partial<LibraryFilterValues> | null;

function useAddressFilters(_query: LibraryQuery) {
  const [values, setValues] = useQueryStates(FILTERS, { history: "replace", clearOnDefault: true });
  return { values, change: (next: FilterChange) => void setValues(next) };
}

/** On the server the filters are those that were asked for, and nobody changes them. */
const useGivenFilters: typeof useAddressFilters = ({ q, category, auth, state }) => ({
  values: { q, category, auth, state },
  change: () => undefined,
});

const useFilters = typeof window === "undefined" ? useGivenFilters : useAddressFilters;

/** The library: search as one types, filters, grid or table, further pages as one scrolls. */
export function Library({ view: initialView, ...page }: FirstPage & { view: LibraryView }) {
  const router = useRouter();
  const { values, change } = useFilters(page.query);
  const [view, setView] = useState(initialView);
  const input = useRef<HTMLInputElement>(null);
  const onPress = useLinkPresses();
  const { found, rows, total, facets } = useLibrary(page, values);

  const clear = () => {
    change(null);
    input.current?.focus();
  };
  const Rows = view === "grid" ? LibraryGrid : LibraryTable;
  return (
    <>
      <div className="mb-3 flex items-center gap-3">
        <LibrarySearch
          ref={input}
          label="Search connectors"
          value={values.q}
          onChange={(q) => change({ q })}
          onEnter={() => {
            if (values.q && rows[0] && !found.isPlaceholderData) router.push(`/connectors/${rows[0].slug}`);
          }}
        />
        <span className="flex-1 max-sm:hidden" />
        <ViewSwitch
          value={view}
          onChange={(next) => {
            setView(next);
            remember(next);
          }}
        />
      </div>
      {facets && <LibraryFilters facets={facets} values={values} onChange={change} onClear={clear} />}
      <p role="status" className="sr-only">
        {total === 1 ? "1 connector" : `${total.toLocaleString("en")} connectors`}
      </p>
      {found.error && (
        <Note kind="bad" role="alert" className="mb-3" actions={<Button onClick={found.refetch}>Try again</Button>}>
          The list could not be read. {found.error.message}
        </Note>
      )}
      <div aria-busy={found.isPlaceholderData} onClick={onPress}>
        {rows.length > 0 ? <Rows rows={rows} /> : <NothingFound values={values} onClear={clear} />}
      </div>
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

function NothingFound({ values, onClear }: { values: LibraryFilterValues; onClear: () => void }) {
  const filters = values.category.length + values.auth.length + values.state.length;
  if (!values.q && filters === 0) {
    return (
      <EmptyState icon={<Glyph name="grid" className="size-5!" />} title="No connectors yet">
        The connectors that come with Keyway appear here when the server has loaded them.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<Glyph name="searchX" className="size-5!" />}
      title="No connector fits"
      action={<Button onClick={onClear}>Clear all</Button>}
    >
      {values.q && filters === 0
        ? `Nothing is called anything like “${values.q}”. Try the product's name, or its maker's.`
        : values.q
          ? `Nothing called anything like “${values.q}” fits these filters.`
          : "No connector fits all of these filters at once."}
    </EmptyState>
  );
}

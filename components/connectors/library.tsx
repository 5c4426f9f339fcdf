"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { LayoutGrid, Rows3, Search, SearchX } from "lucide-react";
import { useRouter } from "next/navigation";
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useEffect, useRef, useState } from "react";
import { AUTH_TYPES } from "@/lib/auth-methods/definition";
import { SETUP_STATES, type LibraryQuery } from "@/lib/catalog/schema";
import type { LibraryPage } from "@/lib/catalog/types";
import { readLive } from "../shell/live";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Input } from "../ui/input";
import { Kbd } from "../ui/kbd";
import { Note } from "../ui/note";
import { Segmented } from "../ui/segmented";
import { LIBRARY_KEY } from "./library-key";
import { LibraryFilters, type LibraryFilterValues } from "./library-filters";
import { LibraryGrid, LibraryTable } from "./library-rows";
import { LIBRARY_VIEW_COOKIE, type LibraryView } from "./library-view";

/** How the filters stand in the address; the server reads the same words. */
const FILTERS = {
  q: parseAsString.withDefault(""),
  category: parseAsArrayOf(parseAsString).withDefault([]),
  auth: parseAsArrayOf(parseAsStringLiteral(AUTH_TYPES)).withDefault([]),
  state: parseAsArrayOf(parseAsStringLiteral(SETUP_STATES)).withDefault([]),
};

function paramsOf({ q, category, auth, state }: Pick<LibraryQuery, "q" | "category" | "auth" | "state">): string {
  const params = new URLSearchParams();
  if (q.trim()) params.set("q", q.trim());
  for (const [name, list] of Object.entries({ category, auth, state })) if (list.length > 0) params.set(name, list.join(","));
  return params.toString();
}

/** A value that stood still for a moment. */
function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}

function remember(view: LibraryView): void {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${LIBRARY_VIEW_COOKIE}=${view}; path=/; max-age=31536000; samesite=lax${secure}`;
}

export interface LibraryProps {
  /** What the server rendered, for `query`; `at` tells its render from later ones. */
  first: LibraryPage;
  query: LibraryQuery;
  at: number;
  view: LibraryView;
}

/** The library: search as one types, filters, grid or table, further pages as one scrolls. */
export function Library({ first, query, at, view: initialView }: LibraryProps) {
  const router = useRouter();
  const [values, setValues] = useQueryStates(FILTERS, { history: "replace", clearOnDefault: true });
  const [view, setView] = useState(initialView);
  const input = useRef<HTMLInputElement>(null);
  const params = useSettled(paramsOf(values), 80);

  const found = useInfiniteQuery({
    queryKey: [LIBRARY_KEY, at, params],
    queryFn: ({ pageParam, signal }) => readLive<LibraryPage>(`/api/live/library?${params}&page=${pageParam}`, signal),
    initialPageParam: 1,
    getNextPageParam: (page: LibraryPage) => page.next,
    initialData: params === paramsOf(query) ? { pages: [first], pageParams: [1] } : undefined,
    placeholderData: keepPreviousData,
  });

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement | null;
      if (event.key !== "/" || event.metaKey || event.ctrlKey || event.altKey) return;
      if (target?.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target?.tagName ?? "")) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  const pages = found.data?.pages ?? [first];
  const rows = pages.flatMap((page) => page.rows);
  const total = pages[0]?.total ?? 0;
  const clear = () => {
    void setValues(null);
    input.current?.focus();
  };
  const change = (next: Partial<LibraryFilterValues>) => void setValues(next);
  const Rows = view === "grid" ? LibraryGrid : LibraryTable;

  return (
    <>
      <div className="mb-3 flex items-center gap-3">
        <Input
          ref={input}
          type="search"
          aria-label="Search connectors"
          placeholder="Search connectors"
          autoComplete="off"
          spellCheck={false}
          icon={<Search />}
          trailing={<Kbd>/</Kbd>}
          className="max-w-105"
          value={values.q}
          onChange={(event) => change({ q: event.target.value })}
          onKeyDown={(event) => {
            const best = rows[0];
            if (event.key === "Enter" && !event.nativeEvent.isComposing && values.q && best && !found.isPlaceholderData)
              router.push(`/connectors/${best.slug}`);
          }}
        />
        <span className="flex-1 max-sm:hidden" />
        <Segmented
          aria-label="View"
          iconsOnly
          className="shrink-0 flex-nowrap!"
          value={view}
          onValueChange={(next) => {
            setView(next);
            remember(next);
          }}
          options={[
            { value: "grid", label: "Grid", icon: <LayoutGrid aria-hidden /> },
            { value: "table", label: "Table", icon: <Rows3 aria-hidden /> },
          ]}
        />
      </div>
      {pages[0]?.facets && <LibraryFilters facets={pages[0].facets} values={values} onChange={change} onClear={clear} />}
      <p role="status" className="sr-only">
        {total === 1 ? "1 connector" : `${total.toLocaleString("en")} connectors`}
      </p>
      {found.isError && (
        <Note kind="bad" role="alert" className="mb-3" actions={<Button onClick={() => void found.refetch()}>Try again</Button>}>
          The list could not be read. {found.error.message}
        </Note>
      )}
      <div aria-busy={found.isPlaceholderData}>
        {rows.length > 0 ? <Rows rows={rows} /> : <NothingFound values={values} onClear={clear} />}
      </div>
      {found.hasNextPage && (
        <More
          left={total - rows.length}
          pending={found.isFetchingNextPage}
          disabled={found.isPlaceholderData}
          onMore={() => void found.fetchNextPage()}
        />
      )}
    </>
  );
}

/** Adds the next page when it comes near, or at a press. */
function More({ left, pending, disabled, onMore }: { left: number; pending: boolean; disabled: boolean; onMore: () => void }) {
  const frame = useRef<HTMLDivElement>(null);
  const latest = useRef(onMore);
  useEffect(() => {
    latest.current = onMore;
  });
  useEffect(() => {
    const element = frame.current;
    if (!element || pending || disabled) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && latest.current(), { rootMargin: "400px" });
    observer.observe(element);
    return () => observer.disconnect();
  }, [pending, disabled]);
  return (
    <div ref={frame} className="flex justify-center pt-5">
      <Button pending={pending} onClick={onMore}>
        {`Show more, ${left.toLocaleString("en")} left`}
      </Button>
    </div>
  );
}

function NothingFound({ values, onClear }: { values: LibraryFilterValues; onClear: () => void }) {
  const filters = values.category.length + values.auth.length + values.state.length;
  if (!values.q && filters === 0) {
    return (
      <EmptyState icon={<LayoutGrid />} title="No connectors yet">
        The connectors that come with Keyway appear here when the server has loaded them.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<SearchX />} title="No connector fits" action={<Button onClick={onClear}>Clear all</Button>}>
      {values.q && filters === 0
        ? `Nothing is called anything like “${values.q}”. Try the product's name, or its maker's.`
        : values.q
          ? `Nothing called anything like “${values.q}” fits these filters.`
          : "No connector fits all of these filters at once."}
    </EmptyState>
  );
}

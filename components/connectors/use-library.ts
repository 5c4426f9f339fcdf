"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { LibraryQuery } from "@/lib/catalog/schema";
import type { LibraryPage } from "@/lib/catalog/types";
import { readLive } from "../shell/live";
import { LIBRARY_KEY } from "./library-key";

/** What the server rendered, and for which filters; `at` tells its render from later ones. */
export interface FirstPage {
  /** A `LibraryPage` as JSON. */
  first: string;
  query: LibraryQuery;
  at: number;
}

type Filters = Pick<LibraryQuery, "q" | "category" | "auth" | "state">;

function paramsOf({ q, category, auth, state }: Filters): string {
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

/** The pages that are shown, and what is under way. */
interface ShownPages {
  readonly pages: readonly LibraryPage[];
  /** They are those of the filters before, until the ones that fit are there. */
  readonly isPlaceholderData: boolean;
  readonly error: Error | null;
  readonly refetch: () => void;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => void;
}

function useLivePages(first: LibraryPage, { query, at }: FirstPage, filters: Filters): ShownPages {
  const params = useSettled(paramsOf(filters), 80);
  const found = useInfiniteQuery({
    queryKey: [LIBRARY_KEY, at, params],
    queryFn: ({ pageParam, signal }) => readLive<LibraryPage>(`/api/live/library?${params}&page=${pageParam}`, signal),
    initialPageParam: 1,
    getNextPageParam: (page: LibraryPage) => page.next,
    initialData: params === paramsOf(query) ? { pages: [first], pageParams: [1] } : undefined,
    placeholderData: keepPreviousData,
  });
  const { isPlaceholderData, error, hasNextPage, isFetchingNextPage } = found;
  return {
    pages: found.data?.pages ?? [first],
    isPlaceholderData,
    error,
    refetch: () => void found.refetch(),
    hasNextPage,
    isFetchingNextPage,
    fetchNextPage: () => void found.fetchNextPage(),
  };
}

const nothing = () => undefined;

/** On the server nothing but the first page is ever shown, so nothing is made that would fetch others. */
const useFirstPage = (first: LibraryPage): ShownPages => ({
  pages: [first],
  isPlaceholderData: false,
  error: null,
  refetch: nothing,
  hasNextPage: first.next !== null,
  isFetchingNextPage: false,
  fetchNextPage: nothing,
});

const useShownPages: typeof useLivePages = typeof window === "undefined" ? useFirstPage : useLivePages;

/** The pages of the library for the filters as they stand: the server's own first, the others as they are asked for. */
export function useLibrary(page: FirstPage, filters: Filters) {
  const first = useMemo(() => JSON.parse(page.first) as LibraryPage, [page.first]);
  const found = useShownPages(first, page, filters);
  const [shown] = found.pages;
  const rows = found.pages.flatMap(({ rows: some }) => some);
  return { found, rows, total: shown?.total ?? 0, facets: shown?.facets ?? null };
}

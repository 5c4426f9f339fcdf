"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { LibraryQuery } from "@/lib/catalog/schema";
import type { LibraryPage } from "@/lib/catalog/types";
import { readLive } from "../shell/live";
import { LIBRARY_KEY } from "./library-key";

/** What the server rendered, and for which filters; `at` tells its render from later ones. */
export interface FirstPage {
  first: LibraryPage;
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

/** The pages of the library for the filters as they stand: the server's own first, the others as they are asked for. */
export function useLibrary({ first, query, at }: FirstPage, filters: Filters) {
  const params = useSettled(paramsOf(filters), 80);
  const found = useInfiniteQuery({
    queryKey: [LIBRARY_KEY, at, params],
    queryFn: ({ pageParam, signal }) => readLive<LibraryPage>(`/api/live/library?${params}&page=${pageParam}`, signal),
    initialPageParam: 1,
    getNextPageParam: (page: LibraryPage) => page.next,
    initialData: params === paramsOf(query) ? { pages: [first], pageParams: [1] } : undefined,
    placeholderData: keepPreviousData,
  });
  const pages = found.data?.pages ?? [first];
  const rows = pages.flatMap((page) => page.rows);
  return { found, rows, total: pages[0]?.total ?? 0, facets: pages[0]?.facets ?? null };
}

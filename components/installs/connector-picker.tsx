"use client";

import { Search } from "lucide-react";
import { Link } from "../ui/link";
import { parseAsString, useQueryState } from "nuqs";
import { useMemo } from "react";
import type { PickerConnector } from "@/lib/installs/types";
import { EmptyState } from "../ui/empty-state";
import { Button } from "../ui/button";
import { Input } from "../ui/input";
import { Logo } from "../ui/logo";
import { AuthTag } from "../ui/tag";

const SHOWN = 60;

/** Which connectors match what is typed: in the name first, then in an alias or a category. */
export function matching(connectors: readonly PickerConnector[], query: string): PickerConnector[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...connectors];
  const rank = (c: PickerConnector): number => {
    const name = c.name.toLowerCase();
    if (words.every((w) => name.includes(w))) return name.startsWith(words[0] ?? "") ? 0 : 1;
    const all = [name, ...c.aliases, ...c.categories].join(" ").toLowerCase();
    return words.every((w) => all.includes(w)) ? 2 : -1;
  };
  return connectors
    .map((c) => [rank(c), c] as const)
    .filter(([r]) => r >= 0)
    .sort(([a], [b]) => a - b)
    .map(([, c]) => c);
}

/** The first thing of an install: which connector. */
export function ConnectorPicker({ connectors, base }: { connectors: readonly PickerConnector[]; base: string }) {
  const [query, setQuery] = useQueryState("q", parseAsString.withDefault("").withOptions({ throttleMs: 200 }));
  const found = useMemo(() => matching(connectors, query), [connectors, query]);
  return (
    <>
      <Input
        type="search"
        aria-label="Search connectors"
        placeholder={`Search ${connectors.length.toLocaleString("en")} connectors`}
        icon={<Search />}
        value={query}
        autoFocus
        onChange={(event) => void setQuery(event.target.value || null)}
        className="mb-4 max-w-120"
      />
      <p role="status" className="sr-only">
        {found.length} connectors
      </p>
      {found.length === 0 ? (
        <EmptyState
          icon={<Search aria-hidden />}
          title="Nothing matches"
          action={<Button onClick={() => void setQuery(null)}>Clear the search</Button>}
        >
          No connector has “{query}” in its name.
        </EmptyState>
      ) : (
        <ul className="grid grid-cols-1 gap-2.5 sm:grid-cols-2 lg:grid-cols-3">
          {found.slice(0, SHOWN).map((c) => (
            <li key={c.slug}>
              <Link
                href={`${base}/install/${c.slug}`}
                className="flex h-full items-center gap-3 rounded-lg border border-line bg-surface p-3.5 shadow-card hover:border-line-strong hover:bg-hover"
              >
                <Logo name={c.name} slug={c.slug} src={c.iconUrl} />
                <span className="min-w-0 flex-1">
                  <span title={c.name} className="block truncate font-medium">
                    {c.name}
                  </span>
                  <span className="flex items-center gap-2 text-xs text-ink-2">
                    <AuthTag types={c.types} />
                    {c.installed > 0 && <span>{c.installed === 1 ? "Installed" : `Installed ${c.installed} times`}</span>}
                  </span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {found.length > SHOWN && (
        <p className="mt-4 text-center text-sm text-ink-2">
          {SHOWN} of {found.length.toLocaleString("en")} shown. Type to find the others.
        </p>
      )}
    </>
  );
}

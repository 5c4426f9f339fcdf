"use client";

import { AUTH_TYPES } from "@/lib/auth-methods/constants";
import type { AuthType } from "@/lib/auth-methods/definition";
import type { SetupState } from "@/lib/auth-methods/prompts";
import { SETUP_STATES } from "@/lib/catalog/constants";
import type { LibraryFacets } from "@/lib/catalog/types";
import { Chip } from "../ui/chip";
import { Glyph } from "../ui/glyph";
import { KeptMarkup } from "../ui/kept-markup";
import { Popover } from "../ui/popover";
import { AUTH_TYPE_NAMES } from "../ui/tag";
import { SETUP_STATE_LABELS } from "./setup-words";

export interface LibraryFilterValues {
  q: string;
  category: string[];
  auth: AuthType[];
  state: SetupState[];
}

export interface LibraryFiltersProps {
  facets: LibraryFacets;
  values: LibraryFilterValues;
  onChange: (values: Partial<LibraryFilterValues>) => void;
  onClear: () => void;
}

/** Categories that stand in the row; the others are in the list behind "Category". */
const SHOWN = 4;

const toggled = <T extends string>(list: readonly T[], value: T): T[] =>
  list.includes(value) ? list.filter((v) => v !== value) : [...list, value];

function Divider() {
  return <span aria-hidden className="h-5 w-px bg-line-strong max-sm:hidden" />;
}

/** Switches for category, authentication type and setup state, each with how many it would show. */
export function LibraryFilters({ facets, values, onChange, onClear }: LibraryFiltersProps) {
  const byCount = Object.entries(facets.category).sort(([a, n], [b, m]) => m - n || a.localeCompare(b));
  const top = byCount.slice(0, SHOWN).map(([name]) => name);
  const inRow = [...top, ...values.category.filter((name) => !top.includes(name))];
  const authTypes = AUTH_TYPES.filter((type) => facets.auth[type] !== undefined || values.auth.includes(type));
  const states = SETUP_STATES.filter((state) => facets.state[state] !== undefined || values.state.includes(state));
  const isFiltered = values.q !== "" || values.category.length + values.auth.length + values.state.length > 0;

  const categoryChip = (name: string) => (
    <Chip
      key={name}
      on={values.category.includes(name)}
      count={facets.category[name] ?? 0}
      onClick={() => onChange({ category: toggled(values.category, name) })}
    >
      {name}
    </Chip>
  );
  return (
    <KeptMarkup
      as="div"
      role="group"
      aria-label="Filters"
      className="mb-4.5 flex flex-wrap items-center gap-2"
      by={`filters ${JSON.stringify([facets, values])}`}
      draw={() => (
        <>
          {inRow.map(categoryChip)}
          <Popover
            title="Categories"
            className="w-96"
            trigger={
              <button
                type="button"
                className="inline-flex h-7 items-center gap-1.5 rounded-full border border-line-strong bg-surface px-2.5 text-xs text-ink-2 hover:bg-hover hover:text-ink"
              >
                <Glyph name="plus" className="size-3.5!" />
                Category
              </button>
            }
          >
            <div className="flex flex-wrap gap-1.5">
              {byCount
                .map(([name]) => name)
                .sort((a, b) => a.localeCompare(b))
                .map(categoryChip)}
            </div>
          </Popover>
          {authTypes.length > 0 && <Divider />}
          {authTypes.map((type) => (
            <Chip
              key={type}
              on={values.auth.includes(type)}
              count={facets.auth[type] ?? 0}
              onClick={() => onChange({ auth: toggled(values.auth, type) })}
            >
              {AUTH_TYPE_NAMES[type]}
            </Chip>
          ))}
          {states.length > 0 && <Divider />}
          {states.map((state) => (
            <Chip
              key={state}
              on={values.state.includes(state)}
              count={facets.state[state] ?? 0}
              onClick={() => onChange({ state: toggled(values.state, state) })}
            >
              {SETUP_STATE_LABELS[state]}
            </Chip>
          ))}
          {isFiltered && (
            <button type="button" onClick={onClear} className="link ml-1.5 text-sm">
              Clear all
            </button>
          )}
        </>
      )}
    />
  );
}

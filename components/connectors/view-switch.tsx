"use client";

import { Glyph } from "../ui/glyph";
import type { LibraryView } from "./library-view";

const VIEWS = [
  { value: "grid", label: "Grid", icon: "grid" },
  { value: "table", label: "Table", icon: "rows" },
] as const;

/** Grid or table: two radio buttons of the browser's own. */
export function ViewSwitch({ value, onChange }: { value: LibraryView; onChange: (view: LibraryView) => void }) {
  return (
    <div role="radiogroup" aria-label="View" className="flex shrink-0">
      {VIEWS.map((view) => (
        <label
          key={view.value}
          title={view.label}
          className="relative -ml-px grid size-8.5 place-items-center border border-line-strong bg-surface first:ml-0 first:rounded-l-md last:rounded-r-md hover:bg-hover has-checked:z-10 has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent-ink has-focus-visible:z-20 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent-ink"
        >
          <input
            type="radio"
            name="library-view"
            value={view.value}
            aria-label={view.label}
            checked={value === view.value}
            onChange={() => onChange(view.value)}
            className="absolute inset-0 cursor-pointer appearance-none"
          />
          <Glyph name={view.icon} />
        </label>
      ))}
    </div>
  );
}

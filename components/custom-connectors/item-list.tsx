"use client";

import clsx from "clsx";
import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button, IconButton } from "../ui/button";
import { EmptyState } from "../ui/empty-state";

export interface Item {
  readonly key: string;
  readonly title: string;
  readonly detail?: ReactNode;
  readonly tag?: ReactNode;
  /** Something in it is wrong. */
  readonly isWrong?: boolean;
}

export interface ItemListProps {
  label: string;
  items: readonly Item[];
  chosen: number;
  onChoose: (index: number) => void;
  addLabel: string;
  onAdd: () => void;
  onRemove: (index: number) => void;
  onMove?: (from: number, to: number) => void;
  /** At least so many have to stay. */
  atLeast?: number;
  mayWrite: boolean;
  empty: { title: string; text: string; icon?: ReactNode };
  /** The form of the chosen one. */
  children: ReactNode;
}

/** A list at the left and the form of the chosen entry at the right. */
export function ItemList(props: ItemListProps) {
  const { label, items, chosen, onChoose, addLabel, onAdd, onRemove, onMove, atLeast = 0, mayWrite, empty, children } = props;
  const current = items[chosen];
  const add = mayWrite && (
    <Button small icon={<Plus aria-hidden />} onClick={onAdd}>
      {addLabel}
    </Button>
  );
  if (items.length === 0)
    return (
      <EmptyState icon={empty.icon} title={empty.title} action={add}>
        {empty.text}
      </EmptyState>
    );
  return (
    <div className="grid md:grid-cols-[17rem_minmax(0,1fr)]">
      <nav aria-label={label} className="grid content-start gap-0.5 border-b border-line p-2 md:border-r md:border-b-0">
        {items.map((item, i) => (
          <button
            key={item.key}
            type="button"
            aria-current={i === chosen ? "true" : undefined}
            onClick={() => onChoose(i)}
            className={clsx(
              "grid min-h-10 min-w-0 gap-0.5 rounded-md px-2.5 py-1.5 text-left text-sm",
              i === chosen ? "bg-accent-soft text-accent-ink" : "hover:bg-hover",
            )}
          >
            <span className="flex min-w-0 items-center gap-2">
              <span className={clsx("min-w-0 flex-1 truncate font-medium", item.isWrong && "text-bad")}>
                {item.title}
                {item.isWrong && <span className="sr-only"> has a mistake</span>}
              </span>
              {item.tag}
            </span>
            {item.detail && <span className="truncate text-xs text-ink-2">{item.detail}</span>}
          </button>
        ))}
        <div className="p-1">{add}</div>
      </nav>
      {current && (
        <section aria-label={current.title} className="grid min-w-0 content-start gap-5 p-5">
          <div className="flex flex-wrap items-center gap-1">
            <h2 className="min-w-0 flex-1 truncate">{current.title}</h2>
            {mayWrite && onMove && items.length > 1 && (
              <>
                <IconButton
                  label="Move up"
                  icon={<ArrowUp aria-hidden />}
                  disabled={chosen === 0}
                  onClick={() => onMove(chosen, chosen - 1)}
                />
                <IconButton
                  label="Move down"
                  icon={<ArrowDown aria-hidden />}
                  disabled={chosen === items.length - 1}
                  onClick={() => onMove(chosen, chosen + 1)}
                />
              </>
            )}
            {mayWrite && items.length > atLeast && (
              <IconButton label={`Remove ${current.title}`} icon={<Trash2 aria-hidden />} onClick={() => onRemove(chosen)} />
            )}
          </div>
          {children}
        </section>
      )}
    </div>
  );
}

/** A list with one entry at another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const copy = [...list];
  copy.splice(to, 0, ...copy.splice(from, 1));
  return copy;
}

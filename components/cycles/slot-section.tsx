"use client";

import { useId, useState, type ReactNode } from "react";
import type { Slot, StepSetup } from "@/lib/cycles/types";
import { SlotRow } from "./slot-row";
import { countMapped, draftOf, isShown, slotKey, type Edits, type SlotDraft } from "./step-draft";

export interface SlotListProps {
  slots: readonly Slot[];
  setup: StepSetup;
  edits: Edits;
  onEdit: (slot: Slot, draft: SlotDraft) => void;
  /** Refused by the server, by the key of the slot. */
  errors: Readonly<Record<string, string>>;
  disabled: boolean;
}

/** The rows of some slots. */
export function SlotList({ slots, setup, edits, onEdit, errors, disabled }: SlotListProps) {
  return slots.map((slot) => (
    <SlotRow
      key={slotKey(slot)}
      slot={slot}
      draft={draftOf(slot, edits)}
      onChange={(draft) => onEdit(slot, draft)}
      setup={setup}
      error={errors[slotKey(slot)]}
      disabled={disabled}
    />
  ));
}

/** A titled group of slots: those that are asked for or say something, the others on demand. */
export function SlotSection({
  title,
  aside,
  empty,
  ...list
}: SlotListProps & { title: string; aside?: ReactNode; empty?: string }) {
  const { slots, edits } = list;
  const [all, setAll] = useState(false);
  const id = useId();
  // What was shown stays until the section is folded: a row doesn't vanish from under the hand that unmapped it.
  const shown = slots.filter((slot) => isShown(slot, edits) || edits.slots[slotKey(slot)] !== undefined);
  const hidden = slots.length - shown.length;
  return (
    <section aria-labelledby={id} className="grid gap-2">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <h2 id={id}>{title}</h2>
        <p className="flex items-center gap-2 text-xs text-ink-3 tabular-nums">
          {aside}
          {slots.length > 0 && (
            <span>
              {countMapped(slots, edits)} of {slots.length} mapped
            </span>
          )}
          {(hidden > 0 || all) && slots.length > 0 && (
            <button type="button" className="link" onClick={() => setAll((now) => !now)}>
              {all ? "Hide unmapped" : "Show unmapped"}
            </button>
          )}
        </p>
      </div>
      {slots.length === 0 && empty && <p className="text-sm text-ink-2">{empty}</p>}
      {slots.length > 0 && shown.length === 0 && !all && (
        <p className="text-sm text-ink-2">None is required and none is mapped.</p>
      )}
      <SlotList {...list} slots={all ? slots : shown} />
    </section>
  );
}

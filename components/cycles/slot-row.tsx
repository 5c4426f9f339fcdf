"use client";

import clsx from "clsx";
import { CircleAlert, UserRoundPen } from "lucide-react";
import { useId } from "react";
import type { Slot, StepSetup } from "@/lib/cycles/types";
import { IconButton } from "../ui/button";
import { MappingTypeSelect } from "./mapping-type";
import { MappingValue } from "./mapping-value";
import { withType, type SlotDraft } from "./step-draft";

export interface SlotRowProps {
  slot: Slot;
  draft: SlotDraft;
  onChange: (draft: SlotDraft) => void;
  setup: StepSetup;
  error: string | undefined;
  disabled: boolean;
}

/** One slot: what it is at the left, where its value comes from and the value at the right. */
export function SlotRow({ slot, draft, onChange, setup, error, disabled }: SlotRowProps) {
  const id = useId();
  const describedBy = [slot.description && `${id}-about`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <div
      role="group"
      aria-labelledby={`${id}-label`}
      id={`slot-${slot.kind}-${slot.name}`}
      className="grid scroll-mt-4 grid-cols-[minmax(0,1fr)_auto] items-start gap-x-2 gap-y-1.5 sm:grid-cols-[minmax(0,11.875rem)_10.5rem_minmax(0,1fr)_auto]"
    >
      <div className="min-w-0 py-1.5 text-sm">
        <p id={`${id}-label`} className="font-medium wrap-anywhere">
          {slot.title}
          {slot.required && (
            <span className="text-bad" title="Required">
              {" "}
              *<span className="sr-only">required</span>
            </span>
          )}
        </p>
        {slot.description && (
          <p id={`${id}-about`} className="text-xs text-ink-2">
            {slot.description}
          </p>
        )}
      </div>
      <div className="min-w-0 max-sm:col-span-2">
        <MappingTypeSelect
          slot={slot}
          value={draft.mappingType}
          onChange={(type) => onChange(withType(slot, draft, type))}
          disabled={disabled}
        />
      </div>
      <div className="flex min-h-8.5 min-w-0 flex-col justify-center max-sm:col-span-2">
        <MappingValue
          slot={slot}
          draft={draft}
          onChange={onChange}
          setup={setup}
          disabled={disabled}
          describedBy={describedBy}
          invalid={error !== undefined}
        />
        {error && (
          <p id={`${id}-error`} role="alert" className="mt-1 flex gap-1.5 text-xs text-bad">
            <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
            <span>{error}</span>
          </p>
        )}
      </div>
      <IconButton
        label={draft.isLaunchVisible ? `${slot.title} is the customer's to give` : `Let the customer give ${slot.title}`}
        icon={<UserRoundPen aria-hidden />}
        aria-pressed={draft.isLaunchVisible}
        disabled={disabled}
        onClick={() => onChange({ ...draft, isLaunchVisible: !draft.isLaunchVisible })}
        className={clsx(
          "max-sm:col-start-2 max-sm:row-start-1",
          draft.isLaunchVisible ? "bg-accent-soft! text-accent-ink!" : "text-ink-3!",
        )}
      />
    </div>
  );
}

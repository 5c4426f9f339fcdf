"use client";

import clsx from "clsx";
import { Glyph } from "./glyph";
import { createContext, useContext, useId, type ReactNode } from "react";

interface FieldWiring {
  controlId: string;
  labelId: string;
  describedBy: string | undefined;
  invalid: boolean;
  required: boolean;
}

const FieldContext = createContext<FieldWiring | null>(null);

/** Attributes that tie a control to the `Field` around it. Controls of this folder call it themselves. */
export function useFieldControl(
  own: { id?: string; "aria-describedby"?: string; "aria-invalid"?: ControlInvalid; "aria-label"?: string } = {},
) {
  const field = useContext(FieldContext);
  return {
    id: own.id ?? field?.controlId,
    "aria-describedby": [own["aria-describedby"], field?.describedBy].filter(Boolean).join(" ") || undefined,
    "aria-invalid": (own["aria-invalid"] ?? field?.invalid) || undefined,
    "aria-required": field?.required || undefined,
  };
}

type ControlInvalid = boolean | "true" | "false" | "grammar" | "spelling";

/** The same for controls that a `<label for>` can't name: groups, switches, sets of chips. */
export function useFieldGroup() {
  const field = useContext(FieldContext);
  return {
    "aria-labelledby": field?.labelId,
    "aria-describedby": field?.describedBy,
    "aria-invalid": field?.invalid || undefined,
  };
}

export interface FieldProps {
  label: ReactNode;
  /** One sentence below the control. */
  help?: ReactNode;
  /** Replaces nothing: stands below the help, announced when it appears. */
  error?: string;
  /** Amber remark that does not block, such as "This value is in quotes." */
  warning?: ReactNode;
  required?: boolean;
  /** Where the word "optional" stands when the field is not required; default none. */
  optionalMark?: "inline" | "end" | "none";
  /** Right of the label. */
  aside?: ReactNode;
  /** The control is a group (radio group, chips), which a label can't point at. */
  group?: boolean;
  id?: string;
  className?: string;
  children: ReactNode;
}

/** Label, control, help and error, wired for screen readers. */
export function Field({
  label,
  help,
  error,
  warning,
  required = false,
  optionalMark = "none",
  aside,
  group = false,
  id,
  className,
  children,
}: FieldProps) {
  const generated = useId();
  const controlId = id ?? generated;
  const labelId = `${controlId}-label`;
  const describedBy =
    [help && `${controlId}-help`, warning && `${controlId}-warning`, error && `${controlId}-error`].filter(Boolean).join(" ") ||
    undefined;
  const words = (
    <>
      {label}
      {required && (
        <span className="text-bad" aria-hidden>
          {" "}
          *
        </span>
      )}
      {!required && optionalMark === "inline" && <span className="font-normal text-ink-3"> optional</span>}
    </>
  );
  const labelClass = "text-sm font-medium";
  return (
    <FieldContext value={{ controlId, labelId, describedBy, invalid: Boolean(error), required }}>
      <div className={clsx("grid min-w-0 gap-1.5", className)} data-invalid={error ? "" : undefined}>
        <div className="flex items-baseline justify-between gap-2">
          {group ? (
            <span id={labelId} className={labelClass}>
              {words}
            </span>
          ) : (
            <label id={labelId} htmlFor={controlId} className={labelClass}>
              {words}
            </label>
          )}
          {aside ?? (!required && optionalMark === "end" && <span className="text-xs text-ink-3">optional</span>)}
        </div>
        {children}
        {help && (
          <div id={`${controlId}-help`} className="text-xs text-ink-2">
            {help}
          </div>
        )}
        {warning && (
          <div id={`${controlId}-warning`} role="status" className="text-xs text-warn">
            {warning}
          </div>
        )}
        {error && (
          <p id={`${controlId}-error`} role="alert" className="flex gap-1.5 text-xs text-bad">
            <Glyph name="circleAlert" className="mt-0.5 size-3.5!" />
            <span>{error}</span>
          </p>
        )}
      </div>
    </FieldContext>
  );
}

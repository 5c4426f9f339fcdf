"use client";

import { Braces } from "lucide-react";
import { useRef, useState } from "react";
import { inlineScript } from "@/lib/cycles/merge";
import type { StepSetup } from "@/lib/cycles/types";
import { IconButton } from "../ui/button";
import { Popover } from "../ui/popover";
import { Textarea } from "../ui/textarea";
import { FieldChooser } from "./source-picker";
import { unknownReferences } from "./step-draft";

export type References = Pick<StepSetup, "sources" | "variables">;

const itemClass =
  "flex min-h-8 w-full items-center gap-2 rounded-md px-2.5 text-left text-sm hover:bg-hover focus-visible:bg-hover [&>code]:text-ink-2";

/** What can be put into a typed text: a field of an earlier step, a variable, the number of the run. */
function MergeFields({ setup, onInsert }: { setup: References; onInsert: (text: string) => void }) {
  return (
    <div className="grid gap-2">
      <FieldChooser
        label="Field of an earlier step"
        sources={setup.sources}
        autoFocus
        onChoose={({ step, path }) => onInsert(`{{${step.alias}.${path}}}`)}
      />
      <ul aria-label="Variables and the run">
        {setup.variables.map((variable) => (
          <li key={variable.systemName}>
            <button type="button" className={itemClass} onClick={() => onInsert(`{{variables.${variable.systemName}}}`)}>
              <span className="min-w-0 flex-1 truncate">{variable.displayName}</span>
              <code>variables.{variable.systemName}</code>
            </button>
          </li>
        ))}
        <li>
          <button type="button" className={itemClass} onClick={() => onInsert("{{run.id}}")}>
            <span className="min-w-0 flex-1">Id of the run</span>
            <code>run.id</code>
          </button>
        </li>
      </ul>
    </div>
  );
}

export interface TypedValueProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
  setup: References;
  rows?: number;
  placeholder?: string | undefined;
  disabled: boolean;
  describedBy?: string | undefined;
  invalid?: boolean;
}

/** A typed text with merge fields put in at the cursor; says where a merge field leads nowhere, and what `=` begins. */
export function TypedValue({
  label,
  value,
  onChange,
  setup,
  rows = 1,
  placeholder,
  disabled,
  describedBy,
  invalid,
}: TypedValueProps) {
  const [open, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const unknown = unknownReferences(value, setup);
  const script = inlineScript(value);
  const insert = (text: string) => {
    const box = frame.current?.querySelector("textarea");
    const at = box?.selectionStart ?? value.length;
    const end = box?.selectionEnd ?? at;
    onChange(value.slice(0, at) + text + value.slice(end));
    setOpen(false);
    requestAnimationFrame(() => {
      box?.focus();
      box?.setSelectionRange(at + text.length, at + text.length);
    });
  };
  return (
    <div ref={frame} className="grid min-w-0 gap-1">
      <div className="relative">
        <Textarea
          aria-label={label}
          aria-describedby={describedBy}
          aria-invalid={invalid || undefined}
          mono
          rows={rows}
          spellCheck={false}
          value={value}
          placeholder={placeholder}
          disabled={disabled}
          onChange={(event) => onChange(event.target.value)}
          className="block py-[0.3125rem] pr-10"
          style={rows === 1 ? { minHeight: "2.125rem" } : undefined}
        />
        {!disabled && (
          <Popover
            title="Put in a value of the run"
            align="end"
            open={open}
            onOpenChange={setOpen}
            trigger={
              <IconButton
                small
                label={`Put a value of the run into ${label}`}
                icon={<Braces aria-hidden />}
                tooltip={false}
                className="absolute top-[0.1875rem] right-1"
              />
            }
          >
            <MergeFields setup={setup} onInsert={insert} />
          </Popover>
        )}
      </div>
      {script !== null && <p className="text-xs text-ink-2">A script: what the expression after = gives is the value.</p>}
      {unknown.length > 0 && (
        <p role="status" className="text-xs text-warn">
          Nothing before this step is called <code>{unknown.join(", ")}</code>.
        </p>
      )}
    </div>
  );
}

"use client";

import { mergeParts } from "@/lib/cycles/merge";
import { Segmented } from "../ui/segmented";
import type { References } from "./typed-value";
import { TypedValue } from "./typed-value";

/** Why a body isn't JSON, its merge fields taken for values; null where it is. */
function jsonProblem(text: string): string | null {
  if (text.trim() === "") return null;
  // Inside quotes a merge field is part of a text, outside it is a value of its own: 0 fits both.
  const filled = mergeParts(text)
    .map((part) => (part.kind === "field" ? "0" : part.text))
    .join("");
  try {
    JSON.parse(filled);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "This isn't JSON.";
  }
}

/** Fields one by one, or the whole body as a JSON document. */
export function BodySwitch({ raw, onChange, disabled }: { raw: boolean; onChange: (raw: boolean) => void; disabled: boolean }) {
  return (
    <Segmented
      aria-label="How the body is given"
      options={[
        { value: "fields", label: "Fields" },
        { value: "raw", label: "Raw JSON" },
      ]}
      value={raw ? "raw" : "fields"}
      onValueChange={(value) => onChange(value === "raw")}
      disabled={disabled}
    />
  );
}

export interface RawBodyProps {
  body: string;
  onChange: (body: string) => void;
  setup: References;
  disabled: boolean;
}

/** The body of the request typed as JSON with merge fields. */
export function RawBody({ body, onChange, setup, disabled }: RawBodyProps) {
  const problem = jsonProblem(body);
  return (
    <div className="grid gap-1">
      <TypedValue label="JSON body" value={body} onChange={onChange} setup={setup} rows={10} disabled={disabled} />
      <p className="text-xs text-ink-2">
        Takes the place of every field mapping of this step. They come back when you switch back.
      </p>
      {problem && (
        <p role="status" className="text-xs text-warn">
          This isn&apos;t JSON yet: {problem}
        </p>
      )}
    </div>
  );
}

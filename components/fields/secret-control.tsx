"use client";

import { Undo2 } from "lucide-react";
import { useEffect, useRef, type ClipboardEvent, type Ref } from "react";
import type { SecretInput } from "@/lib/auth-methods/field-schema";
import type { SecretState } from "@/lib/kernel/secret";
import { Button } from "../ui/button";
import { useFieldGroup } from "../ui/field";
import { Input } from "../ui/input";
import { shortDate } from "../ui/relative-time";
import { Textarea } from "../ui/textarea";
import { useNow } from "../ui/time";

export interface SecretControlProps {
  label: string;
  value: SecretInput;
  onChange: (value: SecretInput) => void;
  onBlur: () => void;
  onPaste: (event: ClipboardEvent<HTMLInputElement | HTMLTextAreaElement>) => void;
  stored: SecretState | undefined;
  /** A required secret can be replaced, not cleared. */
  required: boolean;
  /** A key of several lines, such as PEM. */
  multiline: boolean;
  placeholder: string | undefined;
  disabled: boolean;
  inputRef: Ref<HTMLInputElement | HTMLTextAreaElement>;
}

const MASK = "••••";

/** "•••• 9f3a": the end of a secret where it is known. */
export const maskedSecret = (stored: SecretState): string => (stored.last4 ? `${MASK} ${stored.last4}` : MASK + MASK);

/** "set 12 Mar by Ana" as far as it is known. In: the time now, null on the server. */
function setBy({ setAt, setBy: person }: SecretState, now: number | null): string {
  if (setAt === null && person === null) return "";
  const day = setAt === null ? "" : ` ${now === null ? shortDate(setAt, setAt, "UTC") : shortDate(setAt, now)}`;
  return `set${day}${person ? ` by ${person}` : ""}`;
}

/**
 * A secret to type, or the state of a stored one with ways to replace and to clear it. The form's value alone says which:
 * `{ set }` shows the input, `{ keep }` the stored state, `{ clear }` the promise to remove it. Nothing ever shows the secret.
 */
export function SecretControl(props: SecretControlProps) {
  const { label, value, onChange, stored, required, disabled } = props;
  const now = useNow();
  const group = useFieldGroup();
  const frame = useRef<HTMLDivElement>(null);
  const moveFocus = useRef(false);
  const mode = stored?.isSet ? ("set" in value ? "replace" : "clear" in value ? "clear" : "keep") : "type";

  // The pressed button is gone after each change: the focus goes to what took its place.
  useEffect(() => {
    if (!moveFocus.current) return;
    moveFocus.current = false;
    frame.current?.querySelector<HTMLElement>("[data-next-focus]")?.focus();
  }, [mode]);
  const change = (next: SecretInput) => {
    moveFocus.current = true;
    onChange(next);
  };

  if (mode === "type" || mode === "replace") {
    return (
      <div ref={frame} className="flex flex-wrap items-start gap-2">
        <SecretInputBox {...props} />
        {mode === "replace" && (
          <Button variant="quiet" onClick={() => change({ keep: true })} aria-label={`Keep the stored ${label}`}>
            Cancel
          </Button>
        )}
      </div>
    );
  }
  return (
    <div ref={frame} role="group" {...group} className="flex flex-wrap items-center gap-2">
      <div className="flex min-h-8.5 min-w-0 flex-1 basis-52 flex-wrap items-center gap-x-3 rounded-md border border-line-strong bg-sunken px-2.5">
        {mode === "keep" && stored ? (
          <>
            <code>{maskedSecret(stored)}</code>
            <span className="ml-auto text-xs text-ink-3">{setBy(stored, now)}</span>
          </>
        ) : (
          <span role="status" className="text-sm text-ink-2">
            Cleared when you save
          </span>
        )}
      </div>
      {mode === "keep" ? (
        <>
          <Button data-next-focus disabled={disabled} onClick={() => change({ set: "" })} aria-label={`Replace ${label}`}>
            Replace
          </Button>
          {!required && (
            <Button
              variant="quiet-danger"
              disabled={disabled}
              onClick={() => change({ clear: true })}
              aria-label={`Clear ${label}`}
            >
              Clear
            </Button>
          )}
        </>
      ) : (
        <Button
          data-next-focus
          variant="quiet"
          icon={<Undo2 aria-hidden />}
          onClick={() => change({ keep: true })}
          aria-label={`Undo clearing ${label}`}
        >
          Undo
        </Button>
      )}
    </div>
  );
}

function SecretInputBox(props: SecretControlProps) {
  const { value, onChange, onBlur, onPaste, stored, multiline, placeholder, disabled, inputRef } = props;
  const text = "set" in value ? value.set : "";
  const common = {
    value: text,
    // Without a stored secret a blank input says nothing; with one it stays open until cancelled.
    onChange: (event: { target: { value: string } }) =>
      onChange(event.target.value || stored?.isSet ? { set: event.target.value } : { keep: true }),
    onBlur,
    onPaste,
    disabled,
    spellCheck: false,
    autoComplete: "new-password",
    autoCapitalize: "none",
    "data-1p-ignore": true,
    "data-lpignore": "true",
    "data-next-focus": true,
  } as const;
  // A password input can't hold the line breaks of a private key.
  if (multiline || text.includes("\n")) {
    return <Textarea {...common} ref={inputRef as Ref<HTMLTextAreaElement>} mono rows={4} className="masked flex-1 basis-52" />;
  }
  return (
    <Input
      {...common}
      ref={inputRef as Ref<HTMLInputElement>}
      type="password"
      mono
      placeholder={placeholder ?? (stored?.isSet ? "New value" : undefined)}
      className="flex-1 basis-52"
    />
  );
}

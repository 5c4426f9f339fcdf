"use client";

import { Lock, X } from "lucide-react";
import { useRef, useState, type ClipboardEvent, type KeyboardEvent, type Ref } from "react";
import { useFieldControl } from "../ui/field";
import { controlBox } from "../ui/input";
import { tagClass } from "../ui/tag";
import { addScopes } from "./paste";

export interface ScopesControlProps {
  label: string;
  value: readonly string[];
  onChange: (value: string[]) => void;
  onBlur: () => void;
  locked: readonly string[];
  placeholder: string | undefined;
  disabled: boolean;
  inputRef: Ref<HTMLInputElement>;
}

/** A list of scopes: Enter, comma or space adds, a paste adds many, Backspace in the empty input removes the last. */
export function ScopesControl({ label, value, onChange, onBlur, locked, placeholder, disabled, inputRef }: ScopesControlProps) {
  const [text, setText] = useState("");
  const [said, setSaid] = useState("");
  const frame = useRef<HTMLDivElement>(null);
  const wiring = useFieldControl();

  const add = (typed: string) => {
    const { list, added } = addScopes(value, typed);
    setText("");
    if (added.length === 0) return;
    setSaid(`Added ${added.join(", ")}`);
    onChange(list);
  };
  const remove = (scope: string) => {
    setSaid(`Removed ${scope}`);
    onChange(value.filter((other) => other !== scope));
    frame.current?.querySelector("input")?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if ((event.key === "Enter" || event.key === "," || event.key === " ") && text.trim()) {
      event.preventDefault();
      add(text);
    } else if (event.key === "Backspace" && text === "") {
      const last = value.findLast((scope) => !locked.includes(scope));
      if (last) remove(last);
    }
  };
  const onPaste = (event: ClipboardEvent<HTMLInputElement>) => {
    event.preventDefault();
    add(`${text} ${event.clipboardData.getData("text")}`);
  };

  return (
    <div ref={frame} className={controlBox()}>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5 py-1">
        <ul aria-label={label} className="contents">
          {value.map((scope) => (
            <li key={scope} className={`${tagClass} border border-line bg-sunken pr-1 text-ink-2`}>
              <span className="truncate leading-normal">{scope}</span>
              {locked.includes(scope) ? (
                <>
                  <Lock aria-hidden />
                  <span className="sr-only">, required</span>
                </>
              ) : (
                <button
                  type="button"
                  disabled={disabled}
                  onClick={() => remove(scope)}
                  aria-label={`Remove ${scope}`}
                  className="relative rounded-xs text-ink-3 before:absolute before:-inset-1.5 hover:text-ink"
                >
                  <X aria-hidden />
                </button>
              )}
            </li>
          ))}
        </ul>
        <input
          {...wiring}
          ref={inputRef}
          value={text}
          disabled={disabled}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="none"
          placeholder={placeholder ?? "Add or paste"}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onBlur={() => {
            if (text.trim()) add(text);
            onBlur();
          }}
          className="min-w-24 flex-1 bg-transparent px-1 outline-none"
        />
      </div>
      <span role="status" className="sr-only">
        {said}
      </span>
    </div>
  );
}

"use client";

import { useEffect, useRef, type Ref } from "react";
import { Glyph } from "../ui/glyph";
import { Input } from "../ui/input";
import { isTyping } from "../ui/is-typing";
import { Kbd } from "../ui/kbd";

export interface LibrarySearchProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** Enter goes to what fits best. */
  onEnter: () => void;
  ref?: Ref<HTMLInputElement>;
}

/** The search of a list: `/` focuses it from anywhere on the page. */
export function LibrarySearch({ label, value, onChange, onEnter, ref }: LibrarySearchProps) {
  const own = useRef<HTMLInputElement | null>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      own.current?.focus();
      own.current?.select();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    <Input
      ref={(element) => {
        own.current = element;
        if (typeof ref === "function") ref(element);
        else if (ref) ref.current = element;
      }}
      type="search"
      aria-label={label}
      placeholder={label}
      autoComplete="off"
      spellCheck={false}
      icon={<Glyph name="search" />}
      trailing={<Kbd>/</Kbd>}
      className="max-w-105"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.nativeEvent.isComposing) onEnter();
      }}
    />
  );
}

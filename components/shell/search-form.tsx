"use client";

import { Search } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useEffect, useRef, useState, useTransition } from "react";
import { Input } from "../ui/input";
import { isTyping } from "../ui/is-typing";
import { Spinner } from "../ui/spinner";

export interface SearchFormProps {
  label: string;
  /** Name of the parameter in the address. */
  name?: string;
  className?: string;
}

/** A search box whose text stands in the address; results follow as you type. `/` goes to it. */
export function SearchForm({ label, name = "query", className }: SearchFormProps) {
  const router = useRouter();
  const pathname = usePathname();
  const params = useSearchParams();
  const [text, setText] = useState(params.get(name) ?? "");
  const [pending, start] = useTransition();
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  useEffect(() => {
    if (text === (params.get(name) ?? "")) return;
    const wait = setTimeout(() => {
      const next = new URLSearchParams(params);
      next.delete("page");
      if (text) next.set(name, text);
      else next.delete(name);
      start(() => router.replace(`${pathname}?${next}`, { scroll: false }));
    }, 150);
    return () => clearTimeout(wait);
  }, [text, params, name, pathname, router]);

  return (
    <div role="search" className={className}>
      <Input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        icon={pending ? <Spinner size={16} /> : <Search aria-hidden />}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}

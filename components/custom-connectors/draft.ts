"use client";

import { createContext, useContext } from "react";

/** What one tab of the editor holds while it is changed: values by path, and the sentence of each mistake. */
export interface Draft {
  readonly value: unknown;
  readonly errors: Readonly<Record<string, string>>;
  readonly set: (path: string, value: unknown) => void;
}

export const DraftContext = createContext<Draft | null>(null);

export function useDraft(): Draft {
  const draft = useContext(DraftContext);
  if (!draft) throw new Error("A control of a definition stands outside its form.");
  return draft;
}

const isIndex = (key: string): boolean => /^\d+$/.test(key);

/** The value at a dotted path; undefined where there is none. */
export function valueAt(root: unknown, path: string): unknown {
  let at: unknown = root;
  for (const key of path.split(".")) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

/** A copy with another value at a dotted path; undefined takes the member away. Lists are kept lists. */
export function withValue(root: unknown, path: string, value: unknown): unknown {
  const [key = "", ...rest] = path.split(".");
  const copy: unknown[] | Record<string, unknown> = Array.isArray(root)
    ? [...(root as unknown[])]
    : typeof root === "object" && root !== null
      ? { ...(root as Record<string, unknown>) }
      : isIndex(key)
        ? []
        : {};
  const members = copy as Record<string, unknown>;
  const next = rest.length === 0 ? value : withValue(members[key], rest.join("."), value);
  if (next === undefined && !Array.isArray(copy)) delete members[key];
  else members[key] = next;
  return copy;
}

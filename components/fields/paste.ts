import { normalizeValue, splitScopes } from "@/lib/auth-methods/field-schema";
import type { FieldSpec } from "@/lib/auth-methods/fields";

/** What a pasted text becomes, and what the person should know about it. */
export interface Pasted {
  readonly value: string;
  /** Line breaks inside the text were taken out. */
  readonly joined: boolean;
}

/** Private keys and certificates: their line breaks belong to them. */
export const isPem = (text: string): boolean => /-----BEGIN [A-Z0-9 ]+-----/.test(text);

/**
 * Cleans what was pasted: no white space around it, no prefix or suffix that the form shows already, no line breaks where
 * the control has one line. In: the clipboard's text.
 */
export function readPaste(spec: FieldSpec, text: string): Pasted {
  const trimmed = text.trim();
  if (spec.kind === "multiline" || isPem(trimmed)) return { value: trimmed, joined: false };
  const joined = /[\r\n]/.test(trimmed);
  return { value: normalizeValue(spec, trimmed.replace(/\s*[\r\n]+\s*/g, "")), joined };
}

/** A remark about a value that may be wrong but is not refused. */
export interface Remark {
  readonly message: string;
  /** The value without what the remark is about. */
  readonly fixed?: string;
  readonly fixLabel?: string;
}

const QUOTES: readonly [open: string, close: string][] = [
  ['"', '"'],
  ["'", "'"],
  ["`", "`"],
  ["“", "”"],
  ["‘", "’"],
];

/**
 * What looks wrong about a value: quotes around it, or the same value as in another field (a client id pasted into the
 * secret). In: the value as it stands, and the labels and values of the other fields. Out: null where nothing does.
 */
export function remarkOn(
  spec: FieldSpec,
  value: string,
  others: readonly { readonly label: string; readonly value: string }[],
): Remark | null {
  const text = value.trim();
  if (text.length > 2 && QUOTES.some(([open, close]) => text.startsWith(open) && text.endsWith(close))) {
    return {
      message: "This value is in quotes. Providers rarely mean them.",
      fixed: text.slice(1, -1).trim(),
      fixLabel: "Remove the quotes",
    };
  }
  const twin = text.length >= 6 && spec.kind === "secret" ? others.find((other) => other.value.trim() === text) : undefined;
  return twin ? { message: `This is the same value as in ${twin.label}. Check that you copied the right one.` } : null;
}

/** Adds what is typed or pasted to a list of scopes. Out: the new list and which of them are new. */
export function addScopes(list: readonly string[], text: string): { readonly list: string[]; readonly added: string[] } {
  const added = splitScopes(text).filter((scope) => !list.includes(scope));
  return { list: [...list, ...added], added };
}

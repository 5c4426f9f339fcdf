import type { FieldSpec } from "@/lib/auth-methods/fields";

/** What was typed in the wizard and may wait in the browser: never a secret. */
export interface Progress {
  readonly name: string;
  readonly description: string;
  readonly authMethodId: string;
  /** By form key. */
  readonly values: Readonly<Record<string, string | boolean | readonly string[]>>;
}

const DAY = 86_400_000;

export const progressKey = (accountId: string, slug: string): string => `keyway-install:${accountId}:${slug}`;

/** The values that may be kept: those of fields that hold no secret. In: the form's values by key. */
export function keepable(
  specs: readonly FieldSpec[],
  keyOf: (name: string) => string,
  values: Readonly<Record<string, unknown>>,
): Progress["values"] {
  const kept: Record<string, string | boolean | readonly string[]> = {};
  for (const spec of specs) {
    const value = values[keyOf(spec.name)];
    if (spec.kind === "secret") continue;
    if (typeof value === "string" || typeof value === "boolean") kept[keyOf(spec.name)] = value;
    if (Array.isArray(value) && value.every((v) => typeof v === "string")) kept[keyOf(spec.name)] = value;
  }
  return kept;
}

export const writeProgress = (progress: Progress, now: number): string => JSON.stringify({ at: now, ...progress });

const isText = (value: unknown): value is string => typeof value === "string";

/** Reads what was kept. Out: null where there is nothing, it is older than a day, or it can't be read. */
export function readProgress(stored: string | null, now: number): Progress | null {
  if (stored === null) return null;
  try {
    const kept = JSON.parse(stored) as Record<string, unknown>;
    const { at, name, description, authMethodId, values } = kept;
    if (typeof at !== "number" || now - at > DAY || at > now + DAY) return null;
    if (!isText(name) || !isText(description) || !isText(authMethodId)) return null;
    if (typeof values !== "object" || values === null || Array.isArray(values)) return null;
    return { name, description, authMethodId, values: values as Progress["values"] };
  } catch {
    return null;
  }
}

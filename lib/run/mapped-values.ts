import type { MergePart } from "@/lib/cycles/merge";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { isLater, type Soon } from "@/lib/kernel/soon";
import { Placeholders } from "@/lib/scripts/placeholders";
import { evaluateExpression, type ScriptVariables } from "@/lib/scripts/run";
import { textOf } from "./paths";
import type { PlannedMapping, Reads, Source } from "./plan";
import type { RunValues } from "./run-values";

/** Scripts of one cycle share a context: the same account wrote them. */
const contextOf = (values: RunValues): { contextKey: string; owner: string } => {
  const { cycle } = values.plan;
  return { contextKey: `cycle/${cycle.accountId}/${cycle.id}`, owner: cycle.accountId };
};

function given(values: RunValues, reads: Reads, placeholders: Placeholders): Record<string, unknown> {
  const outputs = reads.stepIds.map((id): [string, unknown] => [
    values.plan.steps.get(id)?.step.alias ?? id,
    values.shown(values.output(id) ?? null, placeholders),
  ]);
  return {
    ...Object.fromEntries(outputs),
    steps: Object.fromEntries(outputs),
    ...(reads.variables ? { variables: values.shown(values.plan.variables, placeholders) } : {}),
  };
}

async function evaluate(
  values: RunValues,
  source: string,
  reads: Reads,
  more: (placeholders: Placeholders) => Record<string, unknown>,
): Promise<Result<unknown>> {
  const placeholders = new Placeholders();
  const { id, startedAt } = values.run;
  const variables = { run: { id, startedAt }, ...given(values, reads, placeholders), ...more(placeholders) };
  const result = await evaluateExpression(source, {
    variables: variables as ScriptVariables,
    placeholders,
    ...contextOf(values),
  });
  return result.ok ? ok(placeholders.revealAll(result.value)) : result;
}

/** What a Transform's script returns: the body of a function that knows the earlier outputs by their aliases. Errors: `script.failed`. */
export const transformed = (values: RunValues, body: string, reads: Reads): Promise<Result<unknown>> =>
  evaluate(values, `(function () {${body}\n})()`, reads, () => ({}));

/** Whether a text matches a pattern of a person's own (a regular expression), tried where it can be stopped. Errors: `script.failed`. */
export async function matches(values: RunValues, text: string, pattern: string): Promise<Result<boolean>> {
  const variables = { text, pattern } as ScriptVariables;
  const tried = await evaluateExpression("new RegExp(pattern).test(text)", {
    variables,
    limits: { timeMs: 2000 },
    ...contextOf(values),
  });
  return tried.ok ? ok(tried.value === true) : tried;
}

/** Text with merge fields: a lone merge field keeps the kind of its value. */
function merged(values: RunValues, parts: readonly MergePart[]): unknown {
  const [only] = parts;
  if (parts.length === 1 && only) return only.kind === "text" ? only.text : values.valueOf(only.reference);
  return parts.map((part) => (part.kind === "text" ? part.text : (textOf(values.valueOf(part.reference)) ?? ""))).join("");
}

/** What a mapping comes to; undefined where there is nothing. Errors: `script.failed` of an inline script. */
export function valueOf(values: RunValues, source: Source): Soon<Result<unknown>> {
  switch (source.kind) {
    case "ignored":
      return ok(undefined);
    case "output":
      return ok(
        values.valueOf({ kind: "step", alias: values.plan.steps.get(source.stepId)?.step.alias ?? "", path: source.path }),
      );
    case "variable":
      return ok(values.valueOf(source));
    case "text":
      return ok(merged(values, source.parts));
    case "script": {
      const { script, reads } = source;
      const fields = (placeholders: Placeholders) =>
        Object.fromEntries(
          script.fields.map((field) => [field.variable, values.shown(values.valueOf(field.reference) ?? null, placeholders)]),
        );
      const evaluating = evaluate(values, script.source, reads, fields);
      return evaluating.then((result) => (result.ok ? ok(result.value ?? undefined) : result));
    }
  }
}

export interface MappedValues {
  readonly given: Record<string, unknown>;
  readonly ignored: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** The values of a step's mappings of one kind, by name; those that are to be left out apart. Errors: `script.failed`. */
export function valuesOf(
  values: RunValues,
  mappings: readonly PlannedMapping[],
  slot: PlannedMapping["slot"],
): Soon<Result<MappedValues>> {
  const given: Record<string, unknown> = {};
  let ignored = NONE;
  const wanted = mappings.filter((mapping) => mapping.slot === slot);
  const from = (place: number): Soon<Result<MappedValues>> => {
    for (let next = place; next < wanted.length; next += 1) {
      const { name, source } = wanted[next]!;
      if (source.kind === "ignored") {
        ignored = new Set(ignored).add(name);
        continue;
      }
      const take = (value: Result<unknown>): Result<never> | null => {
        if (!value.ok) return fail(value.error.code, `${name}: ${value.error.message}`, { details: { owner: "policy" } });
        given[name] = value.value;
        return null;
      };
      const value = valueOf(values, source);
      if (isLater(value)) return value.then((evaluated) => take(evaluated) ?? from(next + 1));
      const failed = take(value);
      if (failed) return failed;
    }
    return ok({ given, ignored });
  };
  return from(0);
}

/** A body typed as JSON with merge fields: in a text they stand for a part of it, elsewhere for a whole value. Errors: `request.invalid`. */
export function rawBody(values: RunValues, parts: readonly MergePart[]): Result<unknown> {
  let text = "";
  let inText = false;
  for (const part of parts) {
    if (part.kind === "field") {
      const value = values.valueOf(part.reference);
      text += inText ? JSON.stringify(textOf(value) ?? "").slice(1, -1) : JSON.stringify(value ?? null);
      continue;
    }
    for (let i = 0; i < part.text.length; i += 1) {
      if (part.text[i] === "\\" && inText) i += 1;
      else if (part.text[i] === '"') inText = !inText;
    }
    text += part.text;
  }
  try {
    return ok(JSON.parse(text) as unknown);
  } catch (error) {
    // Some messages quote a part of the text, which may be a part of a credential.
    const reason =
      error instanceof SyntaxError ? error.message.replace(/(?:, (?:\.{3})?".*)? (?:in|is not valid) JSON.*/s, "") : "";
    return fail("request.invalid", `The body of this step isn't JSON: ${values.redact(reason) || "it can't be read"}`, {
      details: { owner: "partner" },
    });
  }
}

import { CREDENTIAL_MARKER } from "@/lib/cycles/constants";
import type { Reference } from "@/lib/cycles/merge";
import { redactor } from "@/lib/kernel/redact";
import { Placeholders } from "@/lib/scripts/placeholders";
import { textOf, valueAt, withLeaves, withReplaced } from "./paths";
import type { Plan } from "./plan";

/** Shorter texts are no credential that could be told apart from a word. */
const MIN_TEXT = 4;
/** Where it is only assumed that a text may be a credential, short ones are words. */
const MIN_ASSUMED = 8;

const NONE: readonly string[] = [];

/** A text, and what of it may come back alone: without the spaces that a header loses, and without its scheme (RFC 9110 section 11.4). */
function formsOf(text: string): readonly string[] {
  const trimmed = text.trim();
  const bare = /^(?:Bearer|Basic|Token) +(.+)$/is.exec(trimmed)?.[1];
  return [text, ...(trimmed === text ? [] : [trimmed]), ...(bare === undefined ? [] : [bare])];
}

/** The values of one pass: what its steps put out as it was, and which of it are credentials that must not be kept. */
export class RunValues {
  readonly #outputs = new Map<string, unknown>();
  #credentials: Set<string> | null = null;
  /** Only those that are known to feed a parameter; what a script may merely have read stays readable to scripts. */
  #known: Set<string> | null = null;
  #redact: (<T>(value: T) => T) | null = null;

  constructor(
    readonly plan: Plan,
    readonly run: { readonly id: string; readonly startedAt: number; readonly isTest?: true },
  ) {
    for (const name of plan.secretVariables) this.#learn(plan.variables[name], MIN_TEXT, true);
  }

  #learn(value: unknown, least: number, isKnown: boolean): void {
    withLeaves(value, (leaf) => {
      for (const text of typeof leaf === "boolean" ? [] : formsOf(String(leaf))) {
        if (text.length < least) continue;
        if (!this.#credentials?.has(text)) {
          (this.#credentials ??= new Set()).add(text);
          this.#redact = null;
        }
        if (isKnown) (this.#known ??= new Set()).add(text);
      }
      return leaf;
    });
  }

  /** Values that no log, message or kept request may hold. */
  credentials(): readonly string[] {
    return this.#credentials ? [...this.#credentials] : NONE;
  }

  /** Takes the output of a step, and learns which of its values are credentials. */
  put(stepId: string, output: unknown): void {
    this.#outputs.set(stepId, output);
    const feeding = this.plan.feeding.get(stepId);
    if (!feeding) return;
    for (const path of feeding.paths) this.#learn(valueAt(output, path), MIN_TEXT, true);
    if (feeding.everything) this.#learn(output, MIN_ASSUMED, false);
  }

  /** A value that a mapping came to and that goes into a credential. */
  hide(text: string): void {
    this.#learn(text, MIN_TEXT, true);
  }

  output(stepId: string): unknown {
    return this.#outputs.get(stepId);
  }

  /** A copy without any credential, wherever in it one stands. */
  redact<T>(value: T): T {
    if (!this.#credentials) return value;
    this.#redact ??= redactor([...this.#credentials]);
    return this.#redact(value);
  }

  /** An output as it may be kept: the marker stands where a value feeds an authentication parameter. */
  kept(stepId: string, output: unknown): unknown {
    const feeding = this.plan.feeding.get(stepId);
    if (!feeding) return this.redact(output);
    const marked = (value: unknown) => withLeaves(value, () => CREDENTIAL_MARKER);
    if (feeding.everything) return marked(output);
    let copy = output;
    for (const path of feeding.paths) copy = withReplaced(copy, path, marked);
    return this.redact(copy);
  }

  /** What a merge field refers to; undefined where there is nothing. */
  valueOf(reference: Reference): unknown {
    if (reference.kind === "variable") return this.plan.variables[reference.name];
    if (reference.kind === "step")
      return valueAt(this.#outputs.get(this.plan.byAlias.get(reference.alias) ?? ""), reference.path);
    const { cycle } = this.plan;
    const facts: Record<string, unknown> = {
      id: this.run.id,
      startedAt: new Date(this.run.startedAt).toISOString(),
      cycleId: cycle.id,
      accountId: cycle.accountId,
    };
    return Object.hasOwn(facts, reference.name) ? facts[reference.name] : undefined;
  }

  /** A value as a script gets it: known credentials are markers. */
  shown(value: unknown, placeholders: Placeholders): unknown {
    const known = this.#known;
    if (!known) return value;
    return withLeaves(value, (leaf) => (known.has(textOf(leaf) ?? "") ? placeholders.mark(String(leaf)) : leaf));
  }
}

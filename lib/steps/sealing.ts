import type { AccountScope } from "@/lib/access/types";
import { guid } from "@/lib/kernel/ids";
import { lastFour, secret, type SealedText } from "@/lib/kernel/secret";
import { seal } from "@/lib/vault/seal";
import { inlineScript, referencesIn } from "@/lib/cycles/merge";
import type { MappingInput } from "@/lib/cycles/schema";

/** A text as its row holds it: plain, or sealed under a name of its own that a copy of the row keeps. */
export interface KeptText {
  readonly value: string | null;
  readonly sealed: SealedText | null;
  readonly sealKey: string | null;
  readonly last4: string | null;
}

export const plainText = (value: string | null): KeptText => ({ value, sealed: null, sealKey: null, last4: null });

/** Seals a text of `table` for a scope's partner; made before the transaction that writes it. */
export async function sealedText(scope: AccountScope, table: string, field: string, text: string): Promise<KeptText> {
  const sealKey = guid();
  const sealed = await seal({ partnerId: scope.partnerId, table, row: sealKey, field }, secret(text));
  return { value: null, sealed, sealKey, last4: lastFour(text) };
}

/** A typed value that only says where its parts come from is no secret itself; any other typed credential is one. */
export const isTypedSecret = (input: MappingInput): boolean =>
  input.kind === "Authentication" &&
  input.mappingType === "StaticValue" &&
  (input.value ?? "") !== "" &&
  inlineScript(input.value ?? "") === null &&
  referencesIn(input.value ?? "").length === 0;

/** The variables that a mapping of an authentication parameter reads: they hold credentials from now on. */
export function credentialVariables(inputs: readonly MappingInput[]): ReadonlySet<string> {
  return new Set(
    inputs
      .filter((m) => m.kind === "Authentication")
      .flatMap((m) => {
        if (m.mappingType === "Variable") return m.variable ? [m.variable] : [];
        if (m.mappingType !== "StaticValue") return [];
        return referencesIn(m.value ?? "").flatMap((r) => (r.kind === "variable" ? [r.name] : []));
      }),
  );
}

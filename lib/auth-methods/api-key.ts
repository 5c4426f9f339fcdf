import { fail, ok } from "@/lib/kernel/result";
import { defineAuthMethod, impliedParameter, placementText, plainAuthValue } from "./auth-method-kind";
import type { AuthMethod, Placement } from "./definition";

const DEFAULT: Placement = { in: "header", name: "Authorization", value: "{{apiKey}}" };

const placements = (method: AuthMethod): readonly Placement[] => (method.placements.length > 0 ? method.placements : [DEFAULT]);

/** Where the key goes, with the word that stands before it, such as Bearer. */
function placed(placement: Placement): string {
  const word = typeof placement.value === "string" ? /^([\w-]+)[ :=]+\{\{[^{}]+\}\}$/.exec(placement.value)?.[1] : undefined;
  return `${placementText(placement)}${word === undefined ? "" : `, after the word ${word}`}`;
}

/** A key that is sent as it is: in `Authorization`, without a prefix, unless the definition says otherwise. */
export const apiKey = defineAuthMethod({
  type: "ApiKey",
  label: "API key",
  badge: () => "API key",
  interactive: () => false,
  parameters: () => [impliedParameter("apiKey", "API key", { secret: true })],
  credentialNames: () => ["apiKey"],
  externalParameters: () => [{ name: "ApiKey", parameter: "apiKey", title: "API key", secret: true }],
  placements,
  parseAuthValue: (text) => {
    const key = text.trim();
    return key === "" ? fail("request.invalid", "The API key is blank") : ok(plainAuthValue({ apiKey: key }));
  },
  formatAuthValue: ({ values }) => values.apiKey ?? "",
  appearance: (method) => `The key is sent ${placements(method).map(placed).join(" and ")}.`,
});

import { ok } from "@/lib/kernel/result";
import { defineAuthMethod, plainAuthValue } from "./auth-method-kind";

/** No authentication: properties only, nothing is sent by itself. */
export const none = defineAuthMethod({
  type: "None",
  label: "No authentication",
  badge: () => "None",
  interactive: () => false,
  parameters: () => [],
  credentialNames: () => [],
  externalParameters: () => [],
  placements: () => [],
  parseAuthValue: () => ok(plainAuthValue({})),
  formatAuthValue: () => "",
  appearance: () => "Nothing is added to a request.",
});

import { fail, ok } from "@/lib/kernel/result";
import { defineAuthMethod, impliedParameter, placementText, plainAuthValue } from "./auth-method-kind";
import type { AuthMethod, ConnectorDefinition, Parameter } from "./definition";
import { canonicalName, mergeFields } from "./templates";

type AuthField = NonNullable<AuthMethod["authFields"]>[number];

const TYPES = { Text: "string", Password: "string", Number: "number", Boolean: "boolean" } as const;

const parameterOf = (field: AuthField): Parameter =>
  impliedParameter(field.name, field.name, { type: TYPES[field.type], secret: field.type === "Password" });

/** The declared fields, else the method's own secret parameters where a definition places them itself. */
const credentialParameters = (method: AuthMethod): readonly Parameter[] =>
  method.authFields && method.authFields.length > 0
    ? method.authFields.map(parameterOf)
    : method.parameters.filter((p) => p.source === "user" && p.fixed === undefined);

/** Which value goes where, a sentence for each place. */
function placed(method: AuthMethod, definition: ConnectorDefinition): string {
  const titles = new Map([...definition.parameters, ...method.parameters].map((p) => [canonicalName(p.name), p.title]));
  const sentences = method.placements.flatMap((placement) => {
    const named = [...new Set(mergeFields(JSON.stringify(placement.value)))].flatMap(
      (name) => titles.get(canonicalName(name)) ?? [],
    );
    return named.length === 0
      ? []
      : [`${named.join(" and ")} ${named.length === 1 ? "is" : "are"} sent ${placementText(placement)}.`];
  });
  return sentences.length > 0 ? sentences.join(" ") : "The values are put where the definition says.";
}

/** Values with a Name, a Key and a Type that go into the body of every POST. */
export const authFields = defineAuthMethod({
  type: "AuthFields",
  label: "Authentication fields",
  badge: () => "Fields",
  interactive: () => false,
  parameters: (method) => (method.authFields ?? []).map(parameterOf),
  credentialNames: (method) => credentialParameters(method).map((p) => p.name),
  externalParameters: (method) =>
    credentialParameters(method).map((p) => ({ name: p.name, parameter: p.name, title: p.title, secret: p.secret })),
  placements: (method) => method.placements,
  parseAuthValue: (text, method) => {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return fail("request.invalid", "The value isn't valid JSON");
    }
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      return fail("request.invalid", "The value isn't an object of names and values");
    }
    const known = credentialParameters(method).map((p) => p.name);
    const values: Record<string, string> = {};
    for (const [name, value] of Object.entries(json)) {
      if (!known.includes(name))
        return fail("request.invalid", `The connector has no authentication field with the name ${name}`);
      if (typeof value === "object")
        return fail("request.invalid", `${name} isn't a single value`, { fields: { [name]: "isn't a single value" } });
      values[name] = String(value);
    }
    return ok(plainAuthValue(values));
  },
  formatAuthValue: ({ values }) => JSON.stringify(values),
  appearance: (method, definition) => {
    const keys = (method.authFields ?? []).map((f) => f.key);
    return keys.length > 0
      ? `${keys.join(", ")} ${keys.length === 1 ? "is" : "are"} put into the body of every POST.`
      : placed(method, definition);
  },
});

import type { AuthMethod, ConnectorDefinition } from "@/lib/auth-methods/definition";
import type { FieldInput, FieldValues } from "@/lib/auth-methods/field-schema";
import type { FieldSpec } from "@/lib/auth-methods/fields";
import { promptFields } from "@/lib/auth-methods/prompts";
import { connectorParameters, isCredential, kindOf, plainToScripts } from "@/lib/auth-methods/registry";
import { PRESENCE, resolveValues, type Layer, type Presence } from "@/lib/auth-methods/resolve";
import { requestedScopes, scopeTitles } from "@/lib/auth-methods/scopes";
import { canonicalName } from "@/lib/auth-methods/templates";
import type { SecretState } from "@/lib/kernel/secret";
import type { ValueChange } from "@/lib/partners/types";
import type { CredentialFacts } from "./sealing";
import type { ConnectionView, SignInForm } from "./types";

/** A stored value of either layer as a page may see it. */
export interface VisibleValue {
  readonly value: string | null;
  readonly secret: SecretState | null;
}

/** What of a layer is there: text where it may be seen, `true` where it may not. In: its values by name. */
export const presenceOf = (values: Readonly<Record<string, VisibleValue>>): Layer<Presence> =>
  Object.fromEntries(Object.entries(values).map(([name, v]) => [name, v.secret ? v.secret.isSet : (v.value ?? false)]));

/** What of a connection is there, its credential included. */
export function accountPresence(method: AuthMethod, view: ConnectionView): Layer<Presence> {
  const properties = presenceOf(Object.fromEntries(view.properties.map((p) => [p.name, p])));
  if (!view.hasCredential) return properties;
  const credential = kindOf(method)
    .credentialNames(method)
    .map((name) => [name, true] as const);
  return { ...properties, ...Object.fromEntries(credential) };
}

const CLIENT_NAMES = new Set(["clientid", "clientsecret", "consumerkey", "consumersecret"]);

export interface SignInInput {
  readonly definition: ConnectorDefinition;
  readonly authMethod: AuthMethod;
  readonly partnerValues: Readonly<Record<string, VisibleValue>>;
  /** Null: not installed yet. */
  readonly connection: ConnectionView | null;
}

/** The form that connects: what is missing, what the partner has given, and what the provider will ask. Never a secret in it. */
export function signInForm({ definition, authMethod, partnerValues, connection }: SignInInput): SignInForm {
  const partnerHas = presenceOf(partnerValues);
  const accountHas = connection ? accountPresence(authMethod, connection) : {};
  const prompts = promptFields({
    definition,
    authMethod,
    partnerHas,
    accountHas,
    purpose: connection?.hasCredential ? "reauthenticate" : "install",
  });
  const later = promptFields({ definition, authMethod, partnerHas, accountHas, purpose: "edit" });
  const resolved = resolveValues({
    definition,
    authMethod,
    layers: { partner: partnerHas, account: accountHas },
    representation: PRESENCE,
  });
  const scopes = requestedScopes(authMethod, { scopes: partnerValues.scopes?.value ?? undefined });
  return {
    fields: prompts.fields,
    edit: later.fields.filter((f) => !isCredential(authMethod, f.name)),
    chips: prompts.lockedChips,
    blockedBy: prompts.blockedBy,
    interactive: prompts.interactive,
    needsCredential: authMethod.type !== "None",
    grants: prompts.interactive ? scopeTitles(authMethod, scopes) : [],
    plainToScripts: plainToScripts(definition, authMethod),
    ownClient: resolved.some(
      (r) => CLIENT_NAMES.has(canonicalName(r.name)) && r.source !== "Partner" && r.source !== "Definition",
    ),
    stored: Object.fromEntries((connection?.properties ?? []).flatMap((p) => (p.secret ? [[p.name, p.secret]] : []))),
    current: Object.fromEntries((connection?.properties ?? []).flatMap((p) => (p.value === null ? [] : [[p.name, p.value]]))),
  };
}

/** The same fields with none required, for an installation that is left for later. */
export const withoutRequired = (specs: readonly FieldSpec[]): FieldSpec[] => specs.map((s) => ({ ...s, required: false }));

function changeOf(spec: FieldSpec, input: FieldInput | undefined): ValueChange {
  const { name } = spec;
  if (input === undefined) return { kind: "keep", name };
  if (typeof input === "object" && !Array.isArray(input)) {
    if ("set" in input) return { kind: "set", name, value: input.set, isSecret: true };
    return "clear" in input ? { kind: "clear", name } : { kind: "keep", name };
  }
  const text = Array.isArray(input) ? input.join(" ") : String(input);
  return text === "" ? { kind: "clear", name } : { kind: "set", name, value: text, isSecret: spec.kind === "secret" };
}

/** What a person typed, divided into properties and the credential. */
export interface TypedValues {
  readonly properties: readonly ValueChange[];
  /** Null where nothing of the credential was typed, or a provider has to grant it. */
  readonly credential: CredentialFacts | null;
}

/**
 * Divides the values of a sign-in form. A credential that needs no typing and no consent (client credentials) is an empty record:
 * a token is fetched when it is needed. In: the fields that were shown, and the parsed values by field name.
 */
export function typedValues(
  definition: ConnectorDefinition,
  authMethod: AuthMethod,
  specs: readonly FieldSpec[],
  values: FieldValues,
): TypedValues {
  const changes = specs.map((spec) => ({ spec, change: changeOf(spec, values[spec.name]) }));
  const ofCredential = changes.filter(({ spec }) => isCredential(authMethod, spec.name));
  const typed = ofCredential.flatMap(({ change }) => (change.kind === "set" ? [change] : []));
  const asksCredential = connectorParameters(definition, authMethod).some(
    (p) => p.source === "user" && p.fixed === undefined && isCredential(authMethod, p.name),
  );
  const kind = kindOf(authMethod);
  // Switches always have a value: alone they are nobody's credential.
  const given = typed.some(({ name }) => specs.find((s) => s.name === name)?.kind !== "boolean");
  const isFetched = authMethod.type !== "None" && !kind.interactive(authMethod) && !asksCredential;
  const facts: CredentialFacts = {
    values: Object.fromEntries(typed.map((c) => [c.name, c.value])),
    secretNames: typed.filter((c) => c.isSecret).map((c) => c.name),
    expiresAt: null,
    refreshExpiresAt: null,
    isRefreshable: false,
    scopes: null,
  };
  return {
    properties: changes.flatMap(({ spec, change }) =>
      isCredential(authMethod, spec.name) || change.kind === "keep" ? [] : [change],
    ),
    credential: given || isFetched ? facts : null,
  };
}

/** A name that is free in the account: the wanted one, else with the first number that makes it so. */
export function uniqueName(wanted: string, taken: readonly string[]): string {
  const used = new Set(taken.map((n) => n.toLowerCase()));
  if (!used.has(wanted.toLowerCase())) return wanted;
  let number = 2;
  while (used.has(`${wanted} ${number}`.toLowerCase())) number += 1;
  return `${wanted} ${number}`;
}

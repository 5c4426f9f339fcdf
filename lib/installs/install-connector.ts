import type { AccountScope } from "@/lib/access/types";
import type { AuthMethod, ConnectorDefinition, Parameter } from "@/lib/auth-methods/definition";
import { fieldsSchema } from "@/lib/auth-methods/field-schema";
import { fieldOf } from "@/lib/auth-methods/prompts";
import { connectorParameters, isCredential } from "@/lib/auth-methods/registry";
import { canonicalName } from "@/lib/auth-methods/templates";
import type { Connector } from "@/lib/catalog/data";
import { fail, ok, type Result } from "@/lib/kernel/result";
import type { ValueChange } from "@/lib/partners/types";
import { credentialFromAuthValue } from "./auth-value";
import { installNames } from "./data";
import { createInstall } from "./mutations";
import { uniqueName } from "./wizard";

/** Names by which the API knows values that definitions spell in many ways. */
const RESERVED: Readonly<Record<string, string>> = {
  clientid: "ClientId",
  clientsecret: "ClientSecret",
  username: "Username",
  password: "Password",
};

/** The name of a property as the API shows it; every spelling of it is taken. */
export const propertyName = (name: string): string => RESERVED[canonicalName(name)] ?? name;

const isPasswordGrant = (method: AuthMethod): boolean => method.oauth2?.grant === "PasswordCredentials";

/** Whether a value may be given as a property of an installed connector, rather than by the partner or as the credential. */
export function isAccountProperty(parameter: Parameter, method: AuthMethod): boolean {
  if (parameter.level === "partner" || parameter.fixed !== undefined || parameter.readOnly) return false;
  if (parameter.source === "redirect" || parameter.source === "postConnect") return true;
  if (parameter.source !== "user") return false;
  if (!isCredential(method, parameter.name)) return true;
  return isPasswordGrant(method) && ["username", "password"].includes(canonicalName(parameter.name));
}

const propertyParameter = (definition: ConnectorDefinition, method: AuthMethod, name: string): Parameter | undefined =>
  connectorParameters(definition, method).find((p) => canonicalName(p.name) === canonicalName(name));

/**
 * One property as a change of what is stored, checked like the same field of a form. In: a name in any spelling and its value; blank
 * removes it. Errors: `request.invalid`: no such property, not one of an account connector, or a value that doesn't fit.
 */
export function propertyChange(
  definition: ConnectorDefinition,
  method: AuthMethod,
  property: { readonly name: string; readonly value: string },
): Result<ValueChange> {
  const parameter = propertyParameter(definition, method, property.name);
  if (!parameter) return fail("request.invalid", `There is not a connector property that matches name '${property.name}'.`);
  if (!isAccountProperty(parameter, method))
    return fail("request.invalid", `Connector property name '${property.name}' is not an account connector property.`);
  const { name, secret } = parameter;
  if (property.value === "") return ok({ kind: "clear", name });
  const { visibleWhen: _condition, ...field } = fieldOf(parameter, { required: false });
  const input = secret ? { set: property.value } : field.kind === "boolean" ? property.value.toLowerCase() : property.value;
  const parsed = fieldsSchema([field], { stored: {} }).safeParse({ [name]: input });
  if (!parsed.success)
    return fail("request.invalid", `${property.name}: ${parsed.error.issues[0]?.message ?? "This value doesn't fit."}`);
  const value = parsed.data[name];
  const text = typeof value === "string" || typeof value === "boolean" ? String(value) : property.value;
  return ok({ kind: "set", name, value: text, isSecret: secret });
}

export interface WantedInstall {
  readonly name: string | null;
  readonly description: string | null;
  readonly authValue: string | null;
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

/**
 * Installs a connector into an account as the API asks for it: a name is made up where none is wanted, and what is missing may stay so.
 * Out: the id. Errors: `request.invalid`, `name.in_use`.
 */
export async function installConnector(
  scope: AccountScope,
  connector: Connector,
  authMethod: AuthMethod,
  wanted: WantedInstall,
): Promise<Result<number>> {
  const { definition } = connector;
  const properties: ValueChange[] = [];
  for (const property of wanted.properties) {
    const change = propertyChange(definition, authMethod, property);
    if (!change.ok) return change;
    properties.push(change.value);
  }
  const credential = wanted.authValue === null ? ok(null) : credentialFromAuthValue(authMethod, wanted.authValue);
  if (!credential.ok) return credential;
  return createInstall(scope, {
    connector: { id: connector.id, name: connector.name, releaseId: connector.releaseId },
    authMethod,
    name: wanted.name ?? uniqueName(connector.name, await installNames(scope)),
    description: wanted.description,
    properties,
    credential: credential.value,
  });
}

import { apiKey } from "./api-key";
import type { AuthMethodKind, ExternalParameter } from "./auth-method-kind";
import { authFields } from "./auth-fields";
import { basic } from "./basic";
import type { AuthMethod, AuthType, ConnectorDefinition, Parameter } from "./definition";
import { none } from "./none";
import { oauth1 } from "./oauth1";
import { oauth2 } from "./oauth2";
import { canonicalName } from "./templates";

/** Every authentication type there is. A type without an entry doesn't compile. */
export const AUTH_METHOD_KINDS = {
  None: none,
  ApiKey: apiKey,
  Basic: basic,
  OAuth1: oauth1,
  OAuth2: oauth2,
  AuthFields: authFields,
} as const satisfies { readonly [T in AuthType]: AuthMethodKind & { readonly type: T } };

/** What is known of the type of a method. */
export const kindOf = (method: AuthMethod): AuthMethodKind => AUTH_METHOD_KINDS[method.type];

/**
 * Every parameter of a connector under one of its methods, in the order of the install page: the connector's own, the method's,
 * then what the type needs and the definition doesn't declare. Names are the same if their canonical form is; the first wins.
 */
export function connectorParameters(definition: ConnectorDefinition, method: AuthMethod): readonly Parameter[] {
  const known = parametersOf.get(definition)?.get(method);
  if (known) return known;
  const parameters = joinParameters(definition, method);
  const ofMethods = parametersOf.get(definition) ?? new WeakMap<AuthMethod, readonly Parameter[]>();
  parametersOf.set(definition, ofMethods.set(method, parameters));
  return parameters;
}

const parametersOf = new WeakMap<ConnectorDefinition, WeakMap<AuthMethod, readonly Parameter[]>>();

function joinParameters(definition: ConnectorDefinition, method: AuthMethod): readonly Parameter[] {
  const seen = new Set<string>();
  const out: Parameter[] = [];
  for (const parameter of [...definition.parameters, ...method.parameters, ...kindOf(method).parameters(method)]) {
    const key = canonicalName(parameter.name);
    if (seen.has(key)) continue;
    seen.add(key);
    out.push(parameter);
  }
  return out;
}

/** Whether a parameter is part of the credential itself rather than a property. */
export const isCredential = (method: AuthMethod, name: string): boolean =>
  kindOf(method)
    .credentialNames(method)
    .some((n) => canonicalName(n) === canonicalName(name));

/** Never a script's: it only renews the credential. */
const WITHHELD_FROM_SCRIPTS = new Set(["refreshtoken"]);

/** Whether the scripts of a connector see this secret as it is, because its definition says so. */
export const isPlainToScripts = (definition: ConnectorDefinition, name: string): boolean =>
  !WITHHELD_FROM_SCRIPTS.has(canonicalName(name)) &&
  (definition.plaintextForScripts ?? []).some((n) => canonicalName(n) === canonicalName(name));

const TOKEN_TITLES: Readonly<Record<string, string>> = {
  accesstoken: "Access token",
  accesstokensecret: "Access token secret",
};

/** What the scripts of a connector see as it is under one of its methods, in the words of the form. */
export function plainToScripts(definition: ConnectorDefinition, method: AuthMethod): readonly string[] {
  const parameters = connectorParameters(definition, method);
  return (definition.plaintextForScripts ?? [])
    .filter((name) => isPlainToScripts(definition, name))
    .map((name) => {
      const known = parameters.find((p) => canonicalName(p.name) === canonicalName(name));
      return known?.title ?? TOKEN_TITLES[canonicalName(name)] ?? name;
    });
}

const pascal = (name: string): string =>
  name
    .split(/[_\-\s]+/)
    .map((w) => w.charAt(0).toUpperCase() + w.slice(1))
    .join("");

/**
 * The authentication parameters of a step (domain section 5): the type's own, then each property that arrives with the token,
 * the redirect or the look-up after the install, by its name in the API's spelling (`InstanceUrl`).
 */
export function externalParameters(definition: ConnectorDefinition, method: AuthMethod): readonly ExternalParameter[] {
  const own = kindOf(method).externalParameters(method);
  const parameters = connectorParameters(definition, method);
  const titled = own.map((p) => {
    const declared = parameters.find((q) => canonicalName(q.name) === canonicalName(p.parameter));
    return declared ? { ...p, parameter: declared.name, title: declared.title, secret: p.secret || declared.secret } : p;
  });
  const arriving = parameters.filter(
    (p) =>
      (p.source === "tokenResponse" || p.source === "redirect" || p.source === "postConnect") && !isCredential(method, p.name),
  );
  return [...titled, ...arriving.map((p) => ({ name: pascal(p.name), parameter: p.name, title: p.title, secret: p.secret }))];
}

/** The method of that id, or undefined. */
export const findAuthMethod = (definition: ConnectorDefinition, id: string): AuthMethod | undefined =>
  definition.authMethods.find((m) => m.id === id);

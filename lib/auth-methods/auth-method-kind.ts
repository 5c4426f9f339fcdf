import type { Result } from "@/lib/kernel/result";
import type { AuthMethod, AuthType, ConnectorDefinition, OAuth2, Parameter, Placement } from "./definition";

/** A value that a step may bring itself (domain section 5), and the parameter of the definition whose place it takes. */
export interface ExternalParameter {
  /** The name the API and the step modal show: `ApiKey`, `AccessToken`, the Name of an authentication field. */
  readonly name: string;
  readonly parameter: string;
  readonly title: string;
  readonly secret: boolean;
}

/** What an `AuthValue` of the API holds. Times are milliseconds since the epoch. */
export interface ParsedAuthValue {
  /** By parameter name: `apiKey`, `username`, `accessToken`. An empty object: fetch a token when it is needed. */
  readonly values: Readonly<Record<string, string>>;
  readonly expiresAt: number | null;
  readonly refreshExpiresAt: number | null;
}

/** Everything by which one authentication type differs from the others. */
export interface AuthMethodKind {
  readonly type: AuthType;
  /** In a list of methods and in the guide: "API key". */
  readonly label: string;
  /** On a card: "API key", "OAuth 2, authorization code". */
  readonly badge: (method: AuthMethod) => string;
  /** A person has to consent in a browser. */
  readonly interactive: (method: AuthMethod) => boolean;
  /** Parameters that the type needs; one that the definition declares under the same name takes its place. */
  readonly parameters: (method: AuthMethod) => readonly Parameter[];
  /** Names of the parameters that are the credential itself: removed by de-authenticating, asked again by reconnecting. */
  readonly credentialNames: (method: AuthMethod) => readonly string[];
  readonly externalParameters: (method: AuthMethod) => readonly ExternalParameter[];
  /** Where the credential goes if the definition doesn't say. */
  readonly placements: (method: AuthMethod) => readonly Placement[];
  readonly parseAuthValue: (text: string, method: AuthMethod) => Result<ParsedAuthValue>;
  /** In: credential values as plain text, times in milliseconds. Out: the `AuthValue` the API takes. */
  readonly formatAuthValue: (value: ParsedAuthValue, method: AuthMethod) => string;
  /** What a request looks like, in a sentence for the guide. */
  readonly appearance: (method: AuthMethod, definition: ConnectorDefinition) => string;
}

/** Declares one authentication type. The identity function: it is there so that each file is checked where it is written. */
export const defineAuthMethod = <T extends AuthType>(
  kind: AuthMethodKind & { readonly type: T },
): AuthMethodKind & { readonly type: T } => kind;

/** A parameter with the defaults of the schema. In: name, title and what differs. */
export const impliedParameter = (
  name: string,
  title: string,
  more: Partial<Omit<Parameter, "name" | "title">> = {},
): Parameter => ({
  name,
  title,
  level: "account",
  source: "user",
  type: "string",
  required: true,
  secret: false,
  readOnly: false,
  hidden: false,
  ...more,
});

/** The list of scopes that a partner may replace, and the optional one beside it; fixed where the definition doesn't let it be changed. */
export function scopeParameters(scopes: OAuth2["scopes"]): readonly Parameter[] {
  if (!scopes) return [];
  const one = (name: string, title: string, values: readonly string[] | undefined): Parameter => {
    const text = (values ?? []).join(" ");
    const given = scopes.editable === false ? { fixed: text } : text === "" ? {} : { default: text };
    return impliedParameter(name, title, { level: "partner", required: false, ...given });
  };
  const main = one("scopes", "Scopes", scopes.default);
  return scopes.optionalDefault === undefined ? [main] : [main, one("optionalScopes", "Optional scopes", scopes.optionalDefault)];
}

/** An `AuthValue` without times. */
export const plainAuthValue = (values: Readonly<Record<string, string>>): ParsedAuthValue => ({
  values,
  expiresAt: null,
  refreshExpiresAt: null,
});

/** A header as documentation writes it: `X-Api-Key` for `x-api-key`. */
const headerName = (name: string): string =>
  /[A-Z_]/.test(name) ? name : name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

/** "in the header X-Api-Key", for the sentences of the guide. */
export function placementText(placement: Placement): string {
  const name = placement.name ?? "";
  switch (placement.in) {
    case "header":
      return `in the header ${headerName(name)}`;
    case "query":
      return `in the query parameter ${name}`;
    case "cookie":
      return `in the cookie ${name}`;
    case "path":
      return "in the address";
    case "body":
      return "in the body";
  }
}

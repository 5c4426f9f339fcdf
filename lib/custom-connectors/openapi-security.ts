import type { AuthMethod, OAuth2, OAuth2Type, Parameter } from "@/lib/auth-methods/definition";
import { impliedParameter } from "@/lib/auth-methods/auth-method-kind";
import { blankAuthMethod } from "@/lib/auth-methods/blank-method";
import { titleOf } from "@/lib/auth-methods/sample-fields";
import { isRecord, textOf, type Json, type Leftovers, type Node, type OpenApiDocument } from "./openapi-document";
import { NO_ADDRESS } from "./openapi-servers";
import { freshId } from "@/lib/kernel/ids";

/** Fetches a discovery document (OpenID Connect Discovery 1.0). */
export type Discover = (url: string) => Promise<unknown>;

interface Scheme {
  readonly name: string;
  readonly value: Json;
  readonly file: string;
}

/** One alternative: the schemes that go together, each with the scopes it needs. */
type Alternative = readonly { readonly scheme: Scheme; readonly scopes: readonly string[] }[];

const FLOWS: Readonly<Record<string, OAuth2Type>> = {
  authorizationCode: "AuthorisationCode",
  accessCode: "AuthorisationCode",
  clientCredentials: "ClientCredentials",
  application: "ClientCredentials",
  password: "PasswordCredentials",
};

const described = (scheme: Scheme): { title: string; description?: string } => {
  const description = textOf(scheme.value.description);
  return { title: titleOf(scheme.name), ...(description === undefined ? {} : { description: description.slice(0, 2000) }) };
};

const apiKeyMethod = (scheme: Scheme): AuthMethod => ({
  ...blankAuthMethod("ApiKey", "api-key", described(scheme)),
  placements: [{ in: scheme.value.in as "header" | "query" | "cookie", name: String(scheme.value.name), value: "{{apiKey}}" }],
});

const bearerMethod = (scheme: Scheme): AuthMethod => ({
  ...blankAuthMethod("ApiKey", "bearer", described(scheme)),
  parameters: [impliedParameter("apiKey", "Bearer token", { secret: true })],
  placements: [{ in: "header", name: "Authorization", value: "Bearer {{apiKey}}" }],
});

/** What the schemes are read with. */
export interface SecurityContext {
  readonly discover: Discover;
  readonly leftovers: Leftovers;
  /** Where the API is, with merge fields; an address without a host is below it (OpenAPI 3.1 section 4.7, relative references). */
  readonly baseUrl: string | undefined;
}

/** An address as a whole one; "" where there is none, or none that anybody could call. */
function absolute(url: unknown, scheme: Scheme, { baseUrl, leftovers }: SecurityContext): string {
  const text = textOf(url);
  if (!text) return "";
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return URL.canParse(text) ? new URL(text).href : "";
  const [origin] = /^https?:\/\/[^/]+/i.exec(baseUrl ?? "") ?? [];
  if (origin !== undefined && !text.startsWith("//"))
    return text.startsWith("/") ? `${origin}${text}` : `${baseUrl ?? ""}/${text}`;
  if (scheme.file !== NO_ADDRESS && URL.canParse(text, scheme.file)) return new URL(text, scheme.file).href;
  leftovers.add(`${scheme.name}: the address ${text}, which is relative to none that is known`);
  return "";
}

/** One method for each flow of the scheme; implicit has no place any more (RFC 9700 section 2.1.2). */
function oauth2Methods(scheme: Scheme, scopes: readonly string[], context: SecurityContext): AuthMethod[] {
  const { leftovers } = context;
  const { value } = scheme;
  const flows: [string, Json][] = isRecord(value.flows)
    ? Object.entries(value.flows).flatMap(([flow, v]): [string, Json][] => (isRecord(v) ? [[flow, v]] : []))
    : [[String(value.flow ?? ""), value]];
  return flows.flatMap(([flow, settings]) => {
    const grant = FLOWS[flow];
    if (!grant) {
      leftovers.add(`${scheme.name}: the OAuth 2 flow ${flow || "without a name"}`);
      return [];
    }
    const known = isRecord(settings.scopes) ? settings.scopes : {};
    const titles = Object.fromEntries(
      Object.entries(known).flatMap(([scope, words]) => (textOf(words) ? [[scope, String(words)]] : [])),
    );
    const refreshEndpoint = absolute(settings.refreshUrl, scheme, context);
    const oauth2: OAuth2 = {
      grant,
      tokenEndpoint: absolute(settings.tokenUrl, scheme, context),
      ...(grant === "AuthorisationCode" ? { authorizationEndpoint: absolute(settings.authorizationUrl, scheme, context) } : {}),
      ...(refreshEndpoint === "" ? {} : { refreshEndpoint }),
      tokenEndpointAuthMethod: "client_secret_post",
      codeChallengeMethod: "S256",
      ...(Object.keys(known).length + scopes.length === 0
        ? {}
        : {
            scopes: {
              default: [...(scopes.length > 0 ? scopes : Object.keys(known))],
              editable: true,
              ...(Object.keys(titles).length > 0 ? { titles } : {}),
            },
          }),
    };
    return [oauth2Method(scheme, oauth2, flows.length > 1 ? titleOf(flow) : null)];
  });
}

function oauth2Method(scheme: Scheme, oauth2: OAuth2, flow: string | null): AuthMethod {
  const { title, ...rest } = described(scheme);
  const blank = blankAuthMethod("OAuth2", "oauth2", {
    title: flow === null ? title : `${title}, ${flow.toLowerCase()}`,
    ...rest,
  });
  const person: Parameter[] =
    oauth2.grant === "PasswordCredentials"
      ? [impliedParameter("username", "Username"), impliedParameter("password", "Password", { secret: true })]
      : [];
  return { ...blank, parameters: [...blank.parameters, ...person], oauth2 };
}

async function discovered(scheme: Scheme, scopes: readonly string[], context: SecurityContext): Promise<AuthMethod[]> {
  const { discover, leftovers } = context;
  const url = absolute(scheme.value.openIdConnectUrl, scheme, context);
  const found = url === "" ? null : await discover(url).catch(() => null);
  if (!isRecord(found) || !textOf(found.token_endpoint) || !textOf(found.authorization_endpoint)) {
    leftovers.add(`${scheme.name}: ${url || "its discovery address"} didn't answer with the endpoints of an OpenID provider`);
    return [];
  }
  const supported = Array.isArray(found.scopes_supported) ? (found.scopes_supported as unknown[]) : [];
  const offline = supported.includes("offline_access") ? ["offline_access"] : [];
  const methods = Array.isArray(found.token_endpoint_auth_methods_supported)
    ? (found.token_endpoint_auth_methods_supported as unknown[])
    : [];
  const basicOnly = methods.includes("client_secret_basic") && !methods.includes("client_secret_post");
  const oauth2: OAuth2 = {
    grant: "AuthorisationCode",
    authorizationEndpoint: String(found.authorization_endpoint),
    tokenEndpoint: String(found.token_endpoint),
    ...(textOf(found.revocation_endpoint) ? { revocationEndpoint: String(found.revocation_endpoint) } : {}),
    ...(found.authorization_response_iss_parameter_supported === true && textOf(found.issuer)
      ? { issuer: String(found.issuer) }
      : {}),
    tokenEndpointAuthMethod: basicOnly || methods.length === 0 ? "client_secret_basic" : "client_secret_post",
    codeChallengeMethod: "S256",
    scopes: { default: [...new Set(["openid", ...scopes, ...offline])], editable: true },
  };
  return [oauth2Method(scheme, oauth2, null)];
}

async function methodsFor(scheme: Scheme, scopes: readonly string[], context: SecurityContext): Promise<AuthMethod[]> {
  const { type, scheme: http } = scheme.value;
  const kind = typeof http === "string" ? http.toLowerCase() : "";
  if (type === "apiKey" && ["header", "query", "cookie"].includes(String(scheme.value.in)) && textOf(scheme.value.name))
    return [apiKeyMethod(scheme)];
  if (type === "basic" || (type === "http" && kind === "basic")) return [blankAuthMethod("Basic", "basic", described(scheme))];
  if (type === "http" && kind === "bearer") return [bearerMethod(scheme)];
  if (type === "oauth2") return oauth2Methods(scheme, scopes, context);
  if (type === "openIdConnect") return discovered(scheme, scopes, context);
  context.leftovers.add(`${scheme.name}: authentication of type ${String(type)}${kind ? ` ${kind}` : ""}`);
  return [];
}

/** Several keys that go together are one method with a value for each. */
function joined(methods: readonly AuthMethod[], names: readonly string[]): AuthMethod {
  const key = (name: string): string => name.replace(/[^\w.-]/g, "_");
  return {
    id: "keys",
    title: names.map(titleOf).join(" and "),
    type: "AuthFields",
    parameters: names.map((name, i) => impliedParameter(key(name), methods[i]?.title ?? titleOf(name), { secret: true })),
    placements: methods.flatMap((m, i) =>
      m.placements.map((p) => ({ ...p, value: String(p.value).replace("{{apiKey}}", `{{${key(names[i] ?? "")}}}`) })),
    ),
  };
}

function schemesOf(document: OpenApiDocument, isSwagger2: boolean): Map<string, Scheme> {
  const holder: Node | null = isSwagger2
    ? document.member(document.start, "securityDefinitions")
    : ((): Node | null => {
        const components = document.member(document.start, "components");
        return components && document.member(components, "securitySchemes");
      })();
  return new Map(
    document
      .members(holder)
      .flatMap(({ key, value, file }): [string, Scheme][] => (isRecord(value) ? [[key, { name: key, value, file }]] : [])),
  );
}

/** The alternatives that the document asks for as a whole, else its operations; every scheme by itself where nothing asks. */
function alternativesOf(document: OpenApiDocument, schemes: ReadonlyMap<string, Scheme>, leftovers: Leftovers): Alternative[] {
  const read = (security: unknown): Alternative[] =>
    !Array.isArray(security)
      ? []
      : (security as unknown[]).flatMap((requirement): Alternative[] => {
          if (!isRecord(requirement)) return [];
          if (Object.keys(requirement).length === 0)
            leftovers.add("Calls without authentication, where the document allows them");
          const parts = Object.entries(requirement).flatMap(([name, scopes]) => {
            const scheme = schemes.get(name);
            if (!scheme) leftovers.add(`${name}: an authentication that isn't described`);
            return scheme ? [{ scheme, scopes: Array.isArray(scopes) ? (scopes as unknown[]).map(String) : [] }] : [];
          });
          return parts.length > 0 ? [parts] : [];
        });
  const start = isRecord(document.start.value) ? document.start.value : {};
  const operations = document
    .members(document.member(document.start, "paths"))
    .flatMap((path) => document.members(path))
    .flatMap(({ value }) => (isRecord(value) ? read(value.security) : []));
  const all = [...read(start.security), ...operations];
  const merged = new Map<string, { scheme: Scheme; scopes: Set<string> }[]>();
  for (const alternative of all) {
    const key = alternative
      .map(({ scheme }) => scheme.name)
      .sort()
      .join(" ");
    const known = merged.get(key);
    if (!known)
      merged.set(
        key,
        alternative.map(({ scheme, scopes }) => ({ scheme, scopes: new Set(scopes) })),
      );
    else
      for (const { scheme, scopes } of alternative)
        for (const scope of scopes) known.find((k) => k.scheme === scheme)?.scopes.add(scope);
  }
  const asked = new Set(all.flatMap((alternative) => alternative.map(({ scheme }) => scheme)));
  if (merged.size > 0)
    for (const scheme of schemes.values())
      if (!asked.has(scheme)) leftovers.add(`${scheme.name}: an authentication that no operation asks for`);
  if (merged.size === 0) return [...schemes.values()].map((scheme) => [{ scheme, scopes: [] }]);
  return [...merged.values()].map((parts) => parts.map(({ scheme, scopes }) => ({ scheme, scopes: [...scopes] })));
}

/** Security schemes as authentication methods, several alternatives as several methods; `None` where there are none. */
export async function authMethodsOf(
  document: OpenApiDocument,
  isSwagger2: boolean,
  context: SecurityContext,
): Promise<AuthMethod[]> {
  const { leftovers } = context;
  const schemes = schemesOf(document, isSwagger2);
  const methods: AuthMethod[] = [];
  for (const alternative of alternativesOf(document, schemes, leftovers)) {
    const made = await Promise.all(alternative.map(({ scheme, scopes }) => methodsFor(scheme, scopes, context)));
    const names = alternative.map(({ scheme }) => scheme.name);
    const keys = made.map((list) => list[0]).filter((m) => m?.type === "ApiKey");
    if (alternative.length > 1 && keys.length === alternative.length) methods.push(joined(keys as AuthMethod[], names));
    else {
      if (alternative.length > 1) leftovers.add(`${names.join(" together with ")}: only ${names[0] ?? ""} is used`);
      methods.push(...(made.find((list) => list.length > 0) ?? []));
    }
  }
  const ids: string[] = [];
  const named = methods.map((method) => {
    const id = freshId(method.id, ids);
    ids.push(id);
    return { ...method, id };
  });
  return named.length > 0 ? named.map((m, i) => (i === 0 ? { ...m, isDefault: true } : m)) : [blankAuthMethod("None", "none")];
}

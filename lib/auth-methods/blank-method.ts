import type { AuthMethod, AuthType, OAuth2Type } from "./definition";
import { impliedParameter } from "./auth-method-kind";
import { kindOf } from "./registry";
import { canonicalName } from "./templates";

const own = (name: string, title: string, secret = false) => impliedParameter(name, title, { secret });
const partners = (name: string, title: string, secret = false) =>
  impliedParameter(name, title, { level: "partnerOrAccount", secret });

/** What each type starts with, written out so that every part of it can be changed. */
const STARTS: Readonly<Record<AuthType, Partial<AuthMethod>>> = {
  None: {},
  ApiKey: {
    parameters: [own("apiKey", "API key", true)],
    placements: [{ in: "header", name: "Authorization", value: "{{apiKey}}" }],
  },
  Basic: { parameters: [own("username", "Username"), own("password", "Password", true)] },
  OAuth1: {
    parameters: [partners("client_id", "Consumer Key"), partners("client_secret", "Consumer Secret", true)],
    oauth1: {
      signatureMethod: "HMAC-SHA1",
      tokenSource: "authorize",
      requestTokenEndpoint: "",
      authorizationEndpoint: "",
      accessTokenEndpoint: "",
    },
  },
  OAuth2: {
    parameters: [partners("client_id", "Client ID"), partners("client_secret", "Client Secret", true)],
    oauth2: {
      grant: "AuthorisationCode",
      authorizationEndpoint: "",
      tokenEndpoint: "",
      tokenEndpointAuthMethod: "client_secret_post",
      codeChallengeMethod: "S256",
    },
  },
  AuthFields: { authFields: [{ name: "Token", key: "token", type: "Password" }] },
};

/** A new authentication method of a type. In: its id, unique in the connector, and what was there before the type changed. */
export function blankAuthMethod(
  type: AuthType,
  id: string,
  kept: Pick<AuthMethod, "title" | "description" | "isDefault"> = {},
): AuthMethod {
  return structuredClone({ id, ...kept, type, parameters: [], placements: [], ...STARTS[type] });
}

/** The same method with another `OAuth2Type`: a password grant asks for username and password, the others don't. */
export function withOAuth2Type(method: AuthMethod, grant: OAuth2Type): AuthMethod {
  const { oauth2 } = method;
  if (!oauth2) return method;
  const person = [own("username", "Username"), own("password", "Password", true)];
  const others = method.parameters.filter((p) => !person.some((q) => canonicalName(q.name) === canonicalName(p.name)));
  const { authorizationEndpoint = "", ...rest } = oauth2;
  return {
    ...method,
    parameters: grant === "PasswordCredentials" ? [...others, ...person] : others,
    oauth2: { ...rest, grant, ...(grant === "AuthorisationCode" ? { authorizationEndpoint } : {}) },
  };
}

/** A method whose labels all stand in its definition, so that a form can change them: what its type implies is written out. */
export function withWrittenOutParameters(method: AuthMethod): AuthMethod {
  const known = new Set(method.parameters.map((p) => canonicalName(p.name)));
  const implied = kindOf(method)
    .parameters(method)
    .filter((p) => p.source === "user" && !/scopes$/i.test(p.name) && !known.has(canonicalName(p.name)));
  const isField = (name: string) => method.authFields?.some((f) => canonicalName(f.name) === canonicalName(name)) ?? false;
  return { ...method, parameters: [...method.parameters, ...implied.filter((p) => !isField(p.name))] };
}

import { defineAuthMethod, impliedParameter, placementText, scopeParameters } from "./auth-method-kind";
import type { AuthMethod, OAuth2Type, Parameter, Placement } from "./definition";
import { formatTokenAuthValue, parseTokenAuthValue } from "./token-auth-value";

const GRANT_WORDS: Readonly<Record<OAuth2Type, string>> = {
  AuthorisationCode: "authorization code",
  ClientCredentials: "client credentials",
  PasswordCredentials: "password",
};

const MEMBERS = { AccessToken: "accessToken", RefreshToken: "refreshToken" } as const;
const DEFAULT: Placement = { in: "header", name: "Authorization", value: "Bearer {{accessToken}}" };

const placements = (method: AuthMethod): readonly Placement[] => (method.placements.length > 0 ? method.placements : [DEFAULT]);

function parameters(method: AuthMethod): readonly Parameter[] {
  const oauth2 = method.oauth2;
  const basicHeader = Object.keys(oauth2?.tokenRequest?.headers ?? {}).some((h) => h.toLowerCase() === "authorization");
  const client: Parameter[] = [];
  // A token request that says itself where the client's values go names its own parameters.
  const own = basicHeader || Object.keys(oauth2?.tokenRequest?.parameters ?? {}).some((k) => /^client_?(id|secret)$/i.test(k));
  if (!own || oauth2?.grant === "AuthorisationCode") {
    const required = oauth2?.grant !== "PasswordCredentials";
    client.push(impliedParameter("client_id", "Client ID", { level: "partnerOrAccount", required }));
    if (oauth2?.tokenEndpointAuthMethod !== "none") {
      client.push(impliedParameter("client_secret", "Client Secret", { level: "partnerOrAccount", secret: true, required }));
    }
  }
  const person =
    oauth2?.grant === "PasswordCredentials"
      ? [impliedParameter("username", "Username"), impliedParameter("password", "Password", { secret: true })]
      : [];
  const token = [
    impliedParameter("accessToken", "Access token", { source: "tokenResponse", secret: true }),
    impliedParameter("refreshToken", "Refresh token", { source: "tokenResponse", secret: true, required: false }),
  ];
  return [...client, ...person, ...scopeParameters(oauth2?.scopes), ...token];
}

/** OAuth 2 (RFC 6749) in the three kinds of `OAuth2Type`. */
export const oauth2 = defineAuthMethod({
  type: "OAuth2",
  label: "OAuth 2",
  badge: (method) => `OAuth 2, ${GRANT_WORDS[method.oauth2?.grant ?? "AuthorisationCode"]}`,
  interactive: (method) => (method.oauth2?.grant ?? "AuthorisationCode") === "AuthorisationCode",
  parameters,
  credentialNames: (method) =>
    method.oauth2?.grant === "PasswordCredentials"
      ? ["username", "password", "accessToken", "refreshToken"]
      : ["accessToken", "refreshToken"],
  externalParameters: () => [{ name: "AccessToken", parameter: "accessToken", title: "Access token", secret: true }],
  placements,
  parseAuthValue: (text) => parseTokenAuthValue(text, MEMBERS),
  formatAuthValue: (value) => formatTokenAuthValue(value, MEMBERS),
  appearance: (method) => `The access token is sent ${placements(method).map(placementText).join(" and ")}.`,
});

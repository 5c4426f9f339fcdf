import { fail } from "@/lib/kernel/result";
import { defineAuthMethod, impliedParameter, scopeParameters } from "./auth-method-kind";
import type { AuthMethod, Parameter } from "./definition";
import { formatTokenAuthValue, parseTokenAuthValue } from "./token-auth-value";

const MEMBERS = { AccessToken: "accessToken", AccessTokenSecret: "accessTokenSecret" } as const;

const tokenSource = (method: AuthMethod): "authorize" | "entered" | "none" => method.oauth1?.tokenSource ?? "authorize";

function parameters(method: AuthMethod): readonly Parameter[] {
  const level = { level: "partnerOrAccount" } as const;
  const key = impliedParameter("client_id", "Consumer Key", level);
  const secret =
    method.oauth1?.signatureMethod === "RSA-SHA1"
      ? impliedParameter("private_key", "Private key", { ...level, secret: true, type: "text", format: "pem" })
      : impliedParameter("client_secret", "Consumer Secret", { ...level, secret: true });
  if (tokenSource(method) === "none") return [key, secret];
  const source = tokenSource(method) === "entered" ? "user" : "tokenResponse";
  return [
    key,
    secret,
    ...scopeParameters(method.oauth1?.scopes),
    impliedParameter("accessToken", "Access token", { source, secret: true }),
    impliedParameter("accessTokenSecret", "Access token secret", { source, secret: true }),
  ];
}

/** OAuth 1.0a (RFC 5849): a handshake, a token pair typed in, or signatures without a token. */
export const oauth1 = defineAuthMethod({
  type: "OAuth1",
  label: "OAuth 1",
  badge: () => "OAuth 1",
  interactive: (method) => tokenSource(method) === "authorize",
  parameters,
  credentialNames: (method) => (tokenSource(method) === "none" ? [] : ["accessToken", "accessTokenSecret"]),
  externalParameters: (method) =>
    tokenSource(method) === "none"
      ? []
      : [
          { name: "AccessToken", parameter: "accessToken", title: "Access token", secret: true },
          { name: "AccessTokenSecret", parameter: "accessTokenSecret", title: "Access token secret", secret: true },
        ],
  placements: (method) => method.placements.filter((p) => p.name?.toLowerCase() !== "authorization"),
  parseAuthValue: (text) =>
    text.trim() !== "" && !text.trim().startsWith("{")
      ? fail("request.invalid", "An OAuth 1 token is a pair: give JSON with AccessToken and AccessTokenSecret")
      : parseTokenAuthValue(text, MEMBERS),
  formatAuthValue: (value) => formatTokenAuthValue(value, MEMBERS),
  appearance: (method) =>
    method.oauth1?.signatureMethod === "PLAINTEXT"
      ? "Every request carries a PLAINTEXT signature, in the header Authorization."
      : `Every request is signed with ${method.oauth1?.signatureMethod ?? "HMAC-SHA1"}, in the header Authorization.`,
});

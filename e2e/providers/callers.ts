import { randomBytes } from "node:crypto";
import type { AuthorizationServer } from "./authorization-server";
import { basicOf, type Received } from "./http";
import { personOf, signIn } from "./people";
import type { Caller } from "./state";

/** Why a caller was not let in, as the API says it (RFC 6750, 3.1 for bearer tokens). */
export interface Refusal {
  readonly error: "missing_credential" | "invalid_token" | "invalid_key" | "invalid_login";
  readonly error_description: string;
}

const PERMANENT_KEYS: readonly (readonly [string, string])[] = [
  ["sk_sandbox_acme_4f9a1c2e", "acme"],
  ["sk_sandbox_birch_77d0b3aa", "birch"],
];
export const SAMPLE_KEYS = PERMANENT_KEYS.map(([key, account]) => ({ key, account }));

/** API keys and the accounts they belong to. */
export class KeyRing {
  #keys = new Map(PERMANENT_KEYS);

  accountOf(key: string): string | undefined {
    return this.#keys.get(key);
  }

  mint(account: string): string {
    const key = `sk_sandbox_${account}_${randomBytes(8).toString("hex")}`;
    this.#keys.set(key, account);
    return key;
  }

  /** @returns false when there is no such key. */
  revoke(key: string): boolean {
    return this.#keys.delete(key);
  }

  reset(): void {
    this.#keys = new Map(PERMANENT_KEYS);
  }
}

interface Presented {
  readonly value: string;
  readonly in: string;
}

const isKey = (value: string) => value.startsWith("sk_");

/** Who calls, from whichever place the credential came in. */
export async function identify(received: Received, keys: KeyRing, server: AuthorizationServer): Promise<Caller | Refusal> {
  const { authorization } = received.headers;
  if (authorization !== undefined && /^basic\b/i.test(authorization)) return fromBasic(authorization, keys);
  const presented = findToken(received);
  if (!presented) {
    return { error: "missing_credential", error_description: "Send an access token, an API key, or a username and password." };
  }
  const account = keys.accountOf(presented.value);
  if (account !== undefined) return { via: "api-key", in: presented.in, subject: null, client: null, account };
  if (isKey(presented.value) || !/Bearer|access_token/.test(presented.in)) {
    return { error: "invalid_key", error_description: `The API key in ${presented.in} is not known or was revoked.` };
  }
  const token = await server.inspect(presented.value);
  if (token.state !== "active") {
    const expired = token.state === "expired";
    return {
      error: "invalid_token",
      error_description: expired ? "The access token expired." : "The access token is not known or was revoked.",
    };
  }
  const owner = token.subject === null ? server.clients.find(token.client)?.account : personOf(token.subject)?.account;
  return {
    via: "bearer",
    in: presented.in,
    subject: token.subject,
    client: token.client,
    account: owner ?? "acme",
    scopes: token.scopes,
  };
}

function fromBasic(header: string, keys: KeyRing): Caller | Refusal {
  const login = basicOf(header);
  if (!login) return { error: "invalid_login", error_description: "The Authorization header is not valid HTTP Basic." };
  const account = keys.accountOf(login.username);
  if (account !== undefined) {
    if (login.password !== "X" && login.password !== "") {
      return { error: "invalid_login", error_description: "With an API key as username the password has to be X or empty." };
    }
    return { via: "basic", in: "header Authorization (key as username)", subject: null, client: null, account };
  }
  const person = signIn(login.username, login.password);
  if (!person) return { error: "invalid_login", error_description: "The username or the password is wrong." };
  return { via: "basic", in: "header Authorization", subject: person.email, client: null, account: person.account };
}

function findToken(received: Received): Presented | undefined {
  const { headers, url } = received;
  const own = headers["x-api-key"];
  if (typeof own === "string" && own !== "") return { value: own, in: "header X-Api-Key" };
  const { authorization } = headers;
  if (authorization) {
    const bearer = /^(Bearer|Token)\s+(\S+)$/i.exec(authorization);
    return bearer?.[2]
      ? { value: bearer[2], in: `header Authorization (${bearer[1]})` }
      : { value: authorization, in: "header Authorization" };
  }
  for (const name of ["api_key", "access_token"]) {
    const value = url.searchParams.get(name);
    if (value) return { value, in: `query ${name}` };
  }
  const cookie = /(?:^|;\s*)api_key=([^;]+)/.exec(headers.cookie ?? "")?.[1];
  if (cookie) return { value: decodeURIComponent(cookie), in: "cookie api_key" };
  const inPath = /^\/api\/keys\/([^/]+)\//.exec(url.pathname)?.[1];
  return inPath ? { value: decodeURIComponent(inPath), in: "path" } : undefined;
}

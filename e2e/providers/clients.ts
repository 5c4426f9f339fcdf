import { randomBytes } from "node:crypto";
import { z } from "zod";

/** The scopes of the CRM, in the words of the consent page. */
export const SCOPES: Readonly<Record<string, string>> = {
  openid: "Know who you are",
  "contacts.read": "See your contacts",
  "contacts.write": "Add and change contacts",
  offline_access: "Stay connected while you are away",
};
/** Granted where a request names no scope (RFC 6749, 3.3). */
export const DEFAULT_SCOPE = "contacts.read offline_access";
export const DEFAULT_APPLICATION_SCOPE = "contacts.read contacts.write";

export const GRANTS = ["authorization_code", "refresh_token", "client_credentials", "password"] as const;

export const STATIC_CLIENT = {
  clientId: "keyway-sandbox",
  clientSecret: "sandbox-secret-7Qw2mX",
  name: "Keyway",
  account: "acme",
};

export const newClientSchema = z.strictObject({
  clientId: z.string().min(1).optional(),
  /** null makes a public client, which has to use PKCE. */
  clientSecret: z.string().min(1).nullable().optional(),
  name: z.string().min(1).default("Test application"),
  /** Exact redirect URIs. */
  redirectUris: z.array(z.url()).default([]),
  /** Also accept any loopback URL whose path has /connector/callback/ in it. */
  loopbackCallbacks: z.boolean().default(true),
  grants: z.array(z.enum(GRANTS)).default([...GRANTS]),
  scopes: z.array(z.string()).optional(),
  /** Whose contacts the application sees when it speaks for itself. */
  account: z.string().default("acme"),
});
export type NewClient = z.input<typeof newClientSchema>;

export interface SandboxClient {
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly name: string;
  readonly account: string;
}

/** Client facts that oidc-provider has no member for. */
export class ClientDirectory {
  readonly #clients = new Map<string, SandboxClient & { readonly loopbackCallbacks: boolean }>();

  constructor() {
    this.reset();
  }

  /** The metadata oidc-provider stores for a new client (RFC 7591 names), and the client itself. */
  register(input: NewClient): { client: SandboxClient; metadata: Record<string, unknown> } {
    const wanted = newClientSchema.parse(input);
    const client: SandboxClient = {
      clientId: wanted.clientId ?? `client-${randomBytes(6).toString("hex")}`,
      clientSecret: wanted.clientSecret === undefined ? randomBytes(18).toString("base64url") : wanted.clientSecret,
      name: wanted.name,
      account: wanted.account,
    };
    this.#clients.set(client.clientId, { ...client, loopbackCallbacks: wanted.loopbackCallbacks });
    const metadata: Record<string, unknown> = {
      client_id: client.clientId,
      client_name: client.name,
      grant_types: wanted.grants,
      response_types: wanted.grants.includes("authorization_code") ? ["code"] : [],
      redirect_uris: wanted.grants.includes("authorization_code")
        ? [...wanted.redirectUris, ...(wanted.redirectUris.length === 0 ? ["http://127.0.0.1/connector/callback/any"] : [])]
        : [],
      token_endpoint_auth_method: client.clientSecret === null ? "none" : "client_secret_basic",
    };
    if (client.clientSecret !== null) metadata.client_secret = client.clientSecret;
    if (wanted.scopes) metadata.scope = wanted.scopes.join(" ");
    return { client, metadata };
  }

  find(clientId: string): SandboxClient | undefined {
    return this.#clients.get(clientId);
  }

  acceptsRedirect(clientId: string, redirectUri: string): boolean {
    return this.#clients.get(clientId)?.loopbackCallbacks === true && isLoopbackCallback(redirectUri);
  }

  reset(): void {
    this.#clients.clear();
  }
}

/** `http://127.0.0.1:…/…/connector/callback/…`, also localhost and [::1], on any port, without a fragment. */
export function isLoopbackCallback(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return (
    url?.protocol === "http:" &&
    ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname) &&
    url.username === "" &&
    url.hash === "" &&
    /\/connector\/callback\/[^/]+/.test(url.pathname)
  );
}

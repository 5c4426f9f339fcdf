import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Configuration, KoaContextWithOIDC, Provider as OidcProvider } from "oidc-provider";
import { ClientDirectory, DEFAULT_APPLICATION_SCOPE, DEFAULT_SCOPE, SCOPES, STATIC_CLIENT, type NewClient } from "./clients";
import { formOf, replay, type Received } from "./http";
import { errorPage } from "./pages";
import { registerPasswordGrant } from "./password-grant";
import { personOf } from "./people";
import { afterAuthorization, quirkOfPath, quirkParameter, type Quirk } from "./quirks";
import type { SandboxState } from "./state";
import { MemoryStore } from "./store";

export const AUTHORIZE = "/auth";
export const TOKEN = "/token";
export const USERINFO = "/userinfo";
export const REVOKE = "/token/revocation";

type RequestListener = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** What an access token stands for. */
export type TokenInfo =
  | { readonly state: "active"; readonly subject: string | null; readonly client: string; readonly scopes: readonly string[] }
  | { readonly state: "expired" | "unknown" };

export interface IssuedTokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly token_type: "Bearer";
}

/** The library prints at import and at the start that it prefers a newer Node; that is nothing a reader of the output can use. */
export async function withoutAdvice<T>(work: () => T | Promise<T>): Promise<T> {
  const warn = console.warn;
  console.warn = () => undefined;
  try {
    return await work();
  } finally {
    console.warn = warn;
  }
}

export class AuthorizationServer {
  readonly clients = new ClientDirectory();
  readonly store = new MemoryStore();
  readonly provider: OidcProvider;
  readonly #state: SandboxState;
  readonly #callback: RequestListener;
  readonly #quirks = new WeakMap<IncomingMessage, Quirk>();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(library: typeof import("oidc-provider"), issuer: string, state: SandboxState) {
    this.#state = state;
    const { Provider, errors } = library;
    this.provider = new Provider(issuer, this.#configuration(errors));
    this.provider.proxy = true;
    const directory = this.clients;
    const { redirectUriAllowed } = this.provider.Client.prototype;
    this.provider.Client.prototype.redirectUriAllowed = function (value: string) {
      return redirectUriAllowed.call(this, value) || directory.acceptsRedirect(this.clientId, value);
    };
    registerPasswordGrant(this.provider, errors);
    this.#count();
    this.provider.use((ctx, next) => this.#around(ctx as unknown as KoaContextWithOIDC, next));
    this.#callback = this.provider.callback() as unknown as RequestListener;
  }

  /** @param issuer the base URL of the sandbox, without a trailing slash. */
  static async create(issuer: string, state: SandboxState): Promise<AuthorizationServer> {
    const server = new AuthorizationServer(await withoutAdvice(() => import("oidc-provider")), issuer, state);
    await server.reset();
    return server;
  }

  /** Forgets every token, session and client but the static one. */
  async reset(): Promise<void> {
    this.store.clear();
    this.clients.reset();
    await this.register(STATIC_CLIENT);
  }

  /** Makes a client, or replaces the one with this id. */
  async register(input: NewClient) {
    const { client, metadata } = this.clients.register(input);
    await this.store.adapter("Client").upsert(client.clientId, metadata);
    return client;
  }

  /** Answers the standard endpoints, the discovery document, and the quirky spellings of both endpoints. */
  async handle(received: Received): Promise<void> {
    const found = quirkOfPath(received.url.pathname);
    const change = found?.quirk.request?.(received, found.endpoint);
    if (change?.refuse) {
      received.res
        .writeHead(change.refuse.status, { "content-type": "application/json" })
        .end(JSON.stringify(change.refuse.body));
      return;
    }
    const path = found ? (found.endpoint === "token" ? TOKEN : AUTHORIZE) : received.url.pathname;
    const query = change?.query ?? new URLSearchParams(received.url.search);
    const form = change?.form ?? formOf(received);
    if (path === AUTHORIZE) this.#completeAuthorization(query, found?.name);
    if (path === TOKEN && form.get("grant_type") === "client_credentials" && !form.get("scope")) {
      form.set("scope", DEFAULT_APPLICATION_SCOPE);
    }
    const isForm =
      change?.form !== undefined || received.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
    const search = query.toString();
    const req = replay(received, {
      path: search ? `${path}?${search}` : path,
      ...(isForm ? { body: form.toString(), headers: { "content-type": "application/x-www-form-urlencoded" } } : {}),
    });
    if (change?.method) req.method = change.method;
    if (found) this.#quirks.set(req, found.quirk);
    await this.#callback(req, received.res);
  }

  /** What the access token `value` stands for now. */
  async inspect(value: string): Promise<TokenInfo> {
    const keep = { ignoreExpiration: true };
    const token =
      (await this.provider.AccessToken.find(value, keep)) ?? (await this.provider.ClientCredentials.find(value, keep));
    if (!token) return { state: "unknown" };
    if (token.isExpired) return { state: "expired" };
    return {
      state: "active",
      subject: "accountId" in token && typeof token.accountId === "string" ? token.accountId : null,
      client: token.clientId ?? "",
      scopes: token.scope?.split(" ") ?? [],
    };
  }

  /** A token pair as after a code exchange, without the browser. Throws for an unknown client. */
  async issue(clientId: string, subject: string, scope = DEFAULT_SCOPE): Promise<IssuedTokens> {
    const client = await this.provider.Client.find(clientId);
    if (!client) throw new Error(`There is no client ${clientId}.`);
    const grant = new this.provider.Grant({ accountId: subject, clientId });
    grant.addOIDCScope(scope);
    const grantId = await grant.save();
    const common = { accountId: subject, client, grantId, gty: "authorization_code", scope, expiresWithSession: false };
    const access = new this.provider.AccessToken(common as never);
    const access_token = await access.save();
    const refresh = new this.provider.RefreshToken({ ...common, rotations: 0 } as never);
    const refresh_token = await refresh.save();
    return { access_token, refresh_token, expires_in: this.#state.settings.accessTokenSeconds, scope, token_type: "Bearer" };
  }

  #completeAuthorization(query: URLSearchParams, quirk: string | undefined): void {
    // Always ask: a remembered consent would make a second run of a test differ from the first, and
    // offline_access counts only where consent was asked for (OpenID Connect Core, 11).
    if (!query.has("prompt")) query.set("prompt", "consent");
    if (!query.get("scope")) query.set("scope", DEFAULT_SCOPE);
    query.delete(quirkParameter);
    if (quirk) query.set(quirkParameter, quirk);
  }

  #configuration(errors: typeof import("oidc-provider").errors): Configuration {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const settings = () => this.#state.settings;
    return {
      adapter: (model: string) => this.store.adapter(model),
      jwks: {
        keys: [{ ...(privateKey.export({ format: "jwk" }) as object), kid: "sandbox", use: "sig", alg: "ES256" } as never],
      },
      clientDefaults: { id_token_signed_response_alg: "ES256" },
      enabledJWA: { idTokenSigningAlgValues: ["ES256"] },
      scopes: Object.keys(SCOPES),
      claims: { openid: ["sub", "email", "name", "account"] },
      clockTolerance: 0,
      cookies: {
        names: { session: "sandbox_session", interaction: "sandbox_interaction", resume: "sandbox_resume" },
        keys: [randomBytes(32).toString("base64url")],
      },
      extraParams: {
        [quirkParameter]: null,
        // The library drops scopes it doesn't know without a word, and has done so by now; most providers refuse.
        scope_check: (ctx: KoaContextWithOIDC) => {
          const unknown = String(ctx.query.scope ?? "")
            .split(" ")
            .filter((scope) => scope !== "" && !(scope in SCOPES));
          if (unknown.length > 0) throw new errors.InvalidScope("requested scope is not known", unknown.join(" "));
        },
      },
      features: {
        devInteractions: { enabled: false },
        dPoP: { enabled: false },
        resourceIndicators: { enabled: false },
        rpInitiatedLogout: { enabled: false },
        pushedAuthorizationRequests: { enabled: false },
        clientCredentials: { enabled: true },
        revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
        introspection: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
        userinfo: { enabled: true },
      },
      findAccount: async (_ctx, sub) => {
        const person = personOf(sub);
        return person && { accountId: sub, claims: async () => ({ sub, ...person }) };
      },
      interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
      issueRefreshToken: async (_ctx, client, source) =>
        client.grantTypeAllowed("refresh_token") && source.scopes.has("offline_access"),
      expiresWithSession: async () => false,
      rotateRefreshToken: async () => settings().rotateRefreshTokens,
      allowOmittingSingleRegisteredRedirectUri: false,
      loadExistingGrant: async (ctx) => {
        const grantId = ctx.oidc.result?.consent?.grantId;
        return grantId ? await ctx.oidc.provider.Grant.find(grantId) : undefined;
      },
      pkce: { required: () => settings().requirePkce },
      clientBasedCORS: () => false,
      renderError: async (ctx, out) => {
        ctx.type = "html";
        ctx.body = errorPage(out.error, out.error_description);
      },
      routes: {
        authorization: AUTHORIZE,
        token: TOKEN,
        revocation: REVOKE,
        introspection: "/token/introspection",
        userinfo: USERINFO,
        jwks: "/jwks",
      },
      ttl: {
        AccessToken: () => settings().accessTokenSeconds,
        ClientCredentials: () => settings().accessTokenSeconds,
        RefreshToken: () => settings().refreshTokenSeconds,
        AuthorizationCode: () => 60,
        IdToken: () => 3600,
        Interaction: () => 3600,
        Session: () => 14 * 24 * 3600,
        Grant: () => 365 * 24 * 3600,
      },
    };
  }

  #count(): void {
    const grantOf = (ctx: KoaContextWithOIDC) => {
      const grant = ctx.oidc.params?.grant_type;
      return typeof grant === "string" ? grant : undefined;
    };
    this.provider.on("grant.success", (ctx) => void (this.#state.exchanges(grantOf(ctx)).succeeded += 1));
    this.provider.on("grant.error", (ctx, error) => {
      this.#state.exchanges(grantOf(ctx)).refused += 1;
      if (error.error_detail === "refresh token already used") this.#state.counters.refreshTokenReuse += 1;
    });
    this.provider.on("server_error", (_ctx, error) => console.error(error));
  }

  async #around(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
    if (ctx.path !== TOKEN) {
      await next();
      if (ctx.path.startsWith(AUTHORIZE)) afterAuthorization(ctx, this.#state.settings);
      if (ctx.path === REVOKE && ctx.status === 200 && revokedToken(ctx)) this.#state.counters.revocations += 1;
      return;
    }
    // One token request at a time: the library reads a refresh token and marks it used in two steps, and two
    // requests between them would both succeed, which hides the very mistake that rotation is there to show.
    const turn = this.#turn.then(next, next);
    this.#turn = turn.catch(() => undefined);
    await turn;
    const body = ctx.body;
    if (typeof body !== "object" || body === null) return;
    let answer = { ...(body as Record<string, unknown>) };
    if (ctx.status === 200) answer = this.#adjust(answer);
    ctx.body = answer;
    this.#quirks.get(ctx.req as IncomingMessage)?.response?.(ctx, answer, this.provider.issuer);
  }

  #adjust(answer: Record<string, unknown>): Record<string, unknown> {
    const { dropRefreshToken, announceRefreshSeconds } = this.#state.settings;
    if (dropRefreshToken) delete answer.refresh_token;
    if (announceRefreshSeconds !== null && answer.refresh_token !== undefined) {
      answer.refresh_token_expires_in = announceRefreshSeconds;
    }
    return answer;
  }
}

function revokedToken(ctx: KoaContextWithOIDC): boolean {
  const { AccessToken, ClientCredentials, RefreshToken } = ctx.oidc.entities;
  return (AccessToken ?? ClientCredentials ?? RefreshToken) !== undefined;
}

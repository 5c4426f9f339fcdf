import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { ClientMetadata, Provider } from "oidc-provider";
import { withoutAdvice } from "./authorization-server";

/** What the provider says of the person who is there; nothing of it stands in the ID token (OpenID Connect Core section 5.4). */
export interface Claims {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

/** An OpenID Connect provider for single sign-on, where `person` is signed in already and agrees to everything. */
export class IdentityProvider {
  person: Claims = {};
  readonly #provider: Provider;
  readonly #server: Server;

  private constructor(library: typeof import("oidc-provider"), issuer: string, client: ClientMetadata) {
    this.#provider = new library.Provider(issuer, {
      clients: [client],
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
      features: { devInteractions: { enabled: false } },
      cookies: { keys: ["a key of a provider for tests"] },
      ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
      findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, ...this.person }) }),
      interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    });
    const answer = this.#provider.callback();
    this.#server = createServer((request, response) => {
      void (request.url?.startsWith("/interaction/") ? this.#agree(request, response) : answer(request, response));
    });
  }

  /** In: the address it has and listens on, and the one client it knows, by the names of RFC 7591. */
  static async start(issuer: string, client: ClientMetadata): Promise<IdentityProvider> {
    const made = await withoutAdvice(async () => new IdentityProvider(await import("oidc-provider"), issuer, client));
    await new Promise<void>((resolve) => made.#server.listen(Number(new URL(issuer).port), "127.0.0.1", () => resolve()));
    return made;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #agree(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const provider = this.#provider;
    const accountId = this.person.email ?? "nobody";
    const { prompt, params } = await provider.interactionDetails(request, response);
    if (prompt.name === "login") return provider.interactionFinished(request, response, { login: { accountId } });
    const grant = new provider.Grant({ accountId, clientId: String(params.client_id) });
    grant.addOIDCScope(String(params.scope));
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  }
}

import { randomBytes } from "node:crypto";
import { isLoopbackCallback } from "./clients";
import type { ContactBook } from "./contacts";
import { serveCrm } from "./crm";
import { formOf, redirectTo, sendJson, sendPage, type Received } from "./http";
import { RSA_PUBLIC_KEY } from "./oauth1-key";
import { checkSignature, NonceGuard, OAuth1Problem, readSigned, type SignedRequest } from "./oauth1-verify";
import { consentPage, errorPage, loginPage, notFoundPage, verifierPage } from "./pages";
import { personOf, signIn, type Person } from "./people";
import type { Caller, SandboxState } from "./state";

interface Consumer {
  readonly key: string;
  readonly secret: string | null;
  readonly publicKey: string | null;
  readonly name: string;
  /** May call the API with its own signature and no token. */
  readonly account?: string;
}

export const OAUTH1_CONSUMERS: readonly [hmac: Consumer, rsa: Consumer] = [
  { key: "keyway-oauth1", secret: "oauth1-secret-9Lr4dN", publicKey: null, name: "Keyway" },
  { key: "keyway-oauth1-rsa", secret: null, publicKey: RSA_PUBLIC_KEY, name: "Keyway", account: "acme" },
];

interface Token {
  readonly token: string;
  readonly secret: string;
  readonly consumer: string;
  readonly subject: string;
}

/** Token pairs that need no handshake, as providers hand them out on their developer pages. */
export const OAUTH1_TOKENS: readonly Token[] = [
  { token: "tok_sandbox_acme_19c4", secret: "tks_sandbox_acme_8e22f0", consumer: "keyway-oauth1", subject: "mia@acme.example" },
  {
    token: "tok_sandbox_birch_a071",
    secret: "tks_sandbox_birch_55d9c1",
    consumer: "keyway-oauth1",
    subject: "jonas@birch.example",
  },
];

interface RequestToken {
  readonly token: string;
  readonly secret: string;
  readonly consumer: Consumer;
  readonly callback: string;
  person?: Person;
  /** Proves to the consent step that this browser has signed in. */
  ticket?: string;
  verifier?: string;
}

const AUTHORIZE = "/oauth1/authorize";
const fresh = () => randomBytes(16).toString("hex");

/** An OAuth 1.0a server (RFC 5849) with the CRM behind it. */
export class OAuth1Server {
  readonly #requests = new Map<string, RequestToken>();
  #tokens = new Map<string, Token>();
  readonly #nonces = new NonceGuard();

  constructor(
    private readonly state: SandboxState,
    private readonly book: ContactBook,
  ) {
    this.reset();
  }

  reset(): void {
    this.#requests.clear();
    this.#nonces.clear();
    this.#tokens = new Map(OAUTH1_TOKENS.map((one) => [one.token, one]));
  }

  /** Forgets access tokens, of everyone or of one person. @returns how many. */
  revoke(subject?: string): number {
    const before = this.#tokens.size;
    for (const [key, token] of this.#tokens) if (subject === undefined || token.subject === subject) this.#tokens.delete(key);
    return before - this.#tokens.size;
  }

  /** Answers everything below /oauth1. @returns the caller, where the API was called with a right signature. */
  handle(received: Received): Caller | undefined {
    const { pathname } = received.url;
    try {
      if (pathname === AUTHORIZE) this.#authorize(received);
      else if (pathname === "/oauth1/request_token") this.#requestToken(received);
      else if (pathname === "/oauth1/access_token") this.#accessToken(received);
      else if (pathname.startsWith("/oauth1/api/")) return this.#api(received, pathname.slice("/oauth1/api".length));
      else sendPage(received.res, 404, notFoundPage());
    } catch (error) {
      if (!(error instanceof OAuth1Problem)) throw error;
      refuse(received, error);
    }
    return undefined;
  }

  #requestToken(received: Received): void {
    const { request, consumer } = this.#verify(received, () => "");
    const callback = request.oauth.get("oauth_callback");
    if (callback === undefined) throw new OAuth1Problem("parameter_absent", "oauth_callback is missing.");
    if (callback !== "oob" && !isLoopbackCallback(callback)) {
      throw new OAuth1Problem("callback_rejected", "oauth_callback is not an address of this application.");
    }
    const made: RequestToken = { token: fresh(), secret: fresh(), consumer, callback };
    this.#requests.set(made.token, made);
    sendForm(received, { oauth_token: made.token, oauth_token_secret: made.secret, oauth_callback_confirmed: "true" });
  }

  #accessToken(received: Received): void {
    const pending = this.#requests.get(readSigned(received).oauth.get("oauth_token") ?? "");
    if (!pending) throw new OAuth1Problem("token_rejected", "The request token is not known or was used.");
    const { request, consumer } = this.#verify(received, () => pending.secret);
    if (consumer !== pending.consumer) throw new OAuth1Problem("token_rejected", "The request token is another consumer's.");
    if (!pending.person || !pending.verifier || request.oauth.get("oauth_verifier") !== pending.verifier) {
      throw new OAuth1Problem("verifier_invalid", "oauth_verifier is missing or wrong.");
    }
    this.#requests.delete(pending.token);
    const made: Token = { token: fresh(), secret: fresh(), consumer: consumer.key, subject: pending.person.email };
    this.#tokens.set(made.token, made);
    sendForm(received, { oauth_token: made.token, oauth_token_secret: made.secret, user_id: made.subject });
  }

  #api(received: Received, path: string): Caller {
    const presented = readSigned(received).oauth.get("oauth_token") || undefined;
    const token = presented === undefined ? undefined : this.#tokens.get(presented);
    if (presented !== undefined && !token)
      throw new OAuth1Problem("token_rejected", "The access token is not known or was revoked.");
    const { request, consumer } = this.#verify(received, () => token?.secret ?? "");
    if (token && token.consumer !== consumer.key)
      throw new OAuth1Problem("token_rejected", "The access token is another consumer's.");
    const account = token ? personOf(token.subject)?.account : consumer.account;
    if (account === undefined) throw new OAuth1Problem("parameter_absent", "oauth_token is missing.");
    const method = request.oauth.get("oauth_signature_method");
    const caller: Caller = {
      via: "oauth1",
      in: `${request.in} (${method})`,
      subject: token?.subject ?? null,
      client: consumer.key,
      account,
    };
    // A form body may hold the protocol parameters too; the CRM is handed only its own.
    const own = formOf(received);
    for (const name of [...own.keys()]) if (name.startsWith("oauth_")) own.delete(name);
    serveCrm(request.in === "form body" ? { ...received, body: Buffer.from(own.toString()) } : received, path, caller, this.book);
    return caller;
  }

  #verify(received: Received, tokenSecret: () => string): { request: SignedRequest; consumer: Consumer } {
    const request = readSigned(received);
    const version = request.oauth.get("oauth_version");
    if (version !== undefined && version !== "1.0") throw new OAuth1Problem("version_rejected", "oauth_version has to be 1.0.");
    const consumer = OAUTH1_CONSUMERS.find((one) => one.key === request.oauth.get("oauth_consumer_key"));
    if (!consumer) throw new OAuth1Problem("consumer_key_unknown", "The consumer key is not known.");
    const { oauth1Realm } = this.state.settings;
    if (oauth1Realm !== null && request.realm !== oauth1Realm) {
      throw new OAuth1Problem("realm_rejected", `The realm has to be ${oauth1Realm}.`);
    }
    checkSignature(received, request, {
      consumerSecret: consumer.secret,
      publicKey: consumer.publicKey,
      tokenSecret: tokenSecret(),
    });
    // After the signature: a stranger must not be able to use up a nonce.
    this.#nonces.check(request);
    return { request, consumer };
  }

  #authorize(received: Received): void {
    const { method, url, res } = received;
    const form = formOf(received);
    const pending = this.#requests.get((method === "POST" ? form : url.searchParams).get("oauth_token") ?? "");
    if (!pending || pending.verifier) {
      return sendPage(res, 400, errorPage("token_rejected", "This sign-in has expired or was finished before."));
    }
    const { autoAllow } = this.state.settings;
    const automatic = autoAllow === null ? undefined : personOf(autoAllow);
    if (method === "GET") {
      if (automatic) return this.#finish(received, pending, automatic);
      return this.#loginPage(received, pending, {});
    }
    const step = form.get("step");
    if (step === "cancel") return this.#finish(received, pending, undefined);
    if (step === "allow" && pending.person && pending.ticket && form.get("ticket") === pending.ticket) {
      return this.#finish(received, pending, pending.person);
    }
    const email = form.get("email") ?? "";
    const person = signIn(email, form.get("password") ?? "");
    if (!person) return this.#loginPage(received, pending, { email, failed: true });
    Object.assign(pending, { person, ticket: fresh() });
    if (this.state.denials > 0) return this.#finish(received, pending, person);
    const html = consentPage({
      client: pending.consumer.name,
      person,
      scopes: ["contacts.read", "contacts.write"],
      destination: pending.callback === "oob" ? "the application, with a code" : new URL(pending.callback).origin,
      allow: { action: AUTHORIZE, hidden: { oauth_token: pending.token, ticket: pending.ticket ?? "", step: "allow" } },
      cancel: { action: AUTHORIZE, hidden: { oauth_token: pending.token, step: "cancel" } },
    });
    return sendPage(res, 200, html);
  }

  #loginPage(received: Received, pending: RequestToken, form: { email?: string; failed?: boolean }): void {
    const html = loginPage({
      client: pending.consumer.name,
      login: { action: AUTHORIZE, hidden: { oauth_token: pending.token, step: "login" } },
      cancel: { action: AUTHORIZE, hidden: { oauth_token: pending.token, step: "cancel" } },
      ...form,
    });
    sendPage(received.res, form.failed ? 400 : 200, html);
  }

  /** Back to the application: with a verifier, or with the refusal where there is no person or one is due. */
  #finish({ res }: Received, pending: RequestToken, person: Person | undefined): void {
    const denied = person === undefined || this.state.denials > 0;
    if (denied) {
      if (person) this.state.denials -= 1;
      this.#requests.delete(pending.token);
    } else Object.assign(pending, { person, verifier: randomBytes(10).toString("hex"), ticket: undefined });
    if (pending.callback === "oob") {
      return denied
        ? sendPage(res, 200, errorPage("user_refused", "You refused. Nothing was connected."))
        : sendPage(res, 200, verifierPage(pending.consumer.name, pending.verifier ?? ""));
    }
    const back = new URL(pending.callback);
    back.searchParams.set("oauth_token", pending.token);
    if (denied) back.searchParams.set("oauth_problem", "user_refused");
    else back.searchParams.set("oauth_verifier", pending.verifier ?? "");
    redirectTo(res, back.href);
  }
}

function sendForm({ res }: Received, values: Record<string, string>): void {
  res.writeHead(200, { "content-type": "application/x-www-form-urlencoded", "cache-control": "no-store" });
  res.end(new URLSearchParams(values).toString());
}

function refuse({ res }: Received, error: OAuth1Problem): void {
  const status = /^(?:parameter|version|signature_method|callback)/.test(error.problem) ? 400 : 401;
  const body = {
    error: error.problem,
    error_description: error.message,
    ...(error.baseString === undefined ? {} : { base_string: error.baseString }),
  };
  sendJson(res, status, body, { "www-authenticate": `OAuth realm="sandbox", oauth_problem="${error.problem}"` });
}

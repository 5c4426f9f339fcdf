import { AUTHORIZE, type AuthorizationServer } from "./authorization-server";
import { formOf, redirectTo, replay, sendPage, type Received } from "./http";
import { consentPage, errorPage, loginPage, notFoundPage } from "./pages";
import { personOf, signIn, type Person } from "./people";
import type { SandboxState } from "./state";

type Interaction = Awaited<ReturnType<AuthorizationServer["provider"]["interactionDetails"]>>;

const STEP = /^\/interaction\/([\w-]+)(?:\/(login|allow|cancel|other-account))?$/;

/** The pages between an authorization request and its answer: sign in, then allow or cancel. */
export class Interactions {
  constructor(
    private readonly server: AuthorizationServer,
    private readonly state: SandboxState,
  ) {}

  async handle(received: Received): Promise<void> {
    const [, uid, step] = STEP.exec(received.url.pathname) ?? [];
    const { res } = received;
    if (uid === undefined || (step === undefined) !== (received.method === "GET")) {
      return sendPage(res, 404, notFoundPage());
    }
    let interaction: Interaction;
    try {
      interaction = await this.server.provider.interactionDetails(replay(received), res);
    } catch {
      return sendPage(res, 400, errorPage("expired", "This sign-in has expired, or it was started in another browser."));
    }
    if (interaction.uid !== uid) {
      return sendPage(res, 400, errorPage("expired", "A newer sign-in has taken the place of this one."));
    }
    if (step === undefined) return this.#show(received, interaction);
    if (step === "login") return this.#login(received, interaction);
    if (step === "other-account") return this.#otherAccount(received, interaction);
    const person = interaction.session?.accountId ? personOf(interaction.session.accountId) : undefined;
    if (step === "allow" && person) return this.#allow(received, interaction, person);
    return this.#deny(received, "The person cancelled.");
  }

  async #show(received: Received, interaction: Interaction): Promise<void> {
    const { uid, prompt, params, session } = interaction;
    const { autoAllow } = this.state.settings;
    const client = this.server.clients.find(String(params.client_id))?.name ?? String(params.client_id);
    const path = `/interaction/${uid}`;
    const automatic = autoAllow === null ? undefined : personOf(autoAllow);
    if (automatic) {
      const someoneElse = session?.accountId !== undefined && session.accountId !== automatic.email;
      return someoneElse ? this.#otherAccount(received, interaction) : this.#decide(received, interaction, automatic);
    }
    const person = session?.accountId ? personOf(session.accountId) : undefined;
    if (prompt.name === "login" || !person) {
      const hint = typeof params.login_hint === "string" ? { email: params.login_hint } : {};
      return sendPage(received.res, 200, loginPage({ client, ...targets(path), ...hint }));
    }
    if (this.state.denials > 0) return this.#decide(received, interaction, person);
    const html = consentPage({
      client,
      person,
      scopes: scopesOf(interaction),
      destination: new URL(String(params.redirect_uri)).origin,
      allow: { action: `${path}/allow` },
      cancel: { action: `${path}/cancel` },
      otherAccount: { action: `${path}/other-account` },
    });
    return sendPage(received.res, 200, html);
  }

  async #login(received: Received, interaction: Interaction): Promise<void> {
    const form = formOf(received);
    const email = form.get("email") ?? "";
    const person = signIn(email, form.get("password") ?? "");
    if (!person) {
      const client = this.server.clients.find(String(interaction.params.client_id))?.name ?? "";
      const path = `/interaction/${interaction.uid}`;
      const html = loginPage({ client, ...targets(path), email, failed: true });
      return sendPage(received.res, 400, html);
    }
    await this.server.provider.interactionFinished(replay(received), received.res, { login: { accountId: person.email } });
  }

  /** Consents without showing a page, or refuses where refusals are due. */
  async #decide(received: Received, interaction: Interaction, person: Person): Promise<void> {
    if (this.state.denials === 0) return this.#allow(received, interaction, person);
    this.state.denials -= 1;
    return this.#deny(received, "The sandbox was told to refuse.");
  }

  async #allow(received: Received, interaction: Interaction, person: Person): Promise<void> {
    const clientId = String(interaction.params.client_id);
    const grant = new this.server.provider.Grant({ accountId: person.email, clientId });
    const dropped = this.state.settings.dropScopes;
    const scopes = scopesOf(interaction);
    grant.addOIDCScope(scopes.filter((scope) => !dropped.includes(scope)).join(" "));
    const refused = scopes.filter((scope) => dropped.includes(scope));
    if (refused.length > 0) grant.rejectOIDCScope(refused.join(" "));
    const grantId = await grant.save();
    await this.server.provider.interactionFinished(replay(received), received.res, {
      login: { accountId: person.email },
      consent: { grantId },
    });
  }

  async #deny(received: Received, reason: string): Promise<void> {
    const result = { error: "access_denied", error_description: reason };
    await this.server.provider.interactionFinished(replay(received), received.res, result, { mergeWithLastSubmission: false });
  }

  /** Starts the same authorization request over with nobody signed in. */
  async #otherAccount(received: Received, interaction: Interaction): Promise<void> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(interaction.params)) if (value !== undefined) query.set(name, String(value));
    const gone = (name: string) => `${name}=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT; httponly`;
    received.res.setHeader("set-cookie", [gone("sandbox_session"), gone("sandbox_session.sig")]);
    redirectTo(received.res, `${AUTHORIZE}?${query}`);
  }
}

function scopesOf(interaction: Interaction): string[] {
  return String(interaction.params.scope ?? "")
    .split(" ")
    .filter(Boolean);
}

const targets = (path: string) => ({ login: { action: `${path}/login` }, cancel: { action: `${path}/cancel` } });

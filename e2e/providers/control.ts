import { z } from "zod";
import type { AuthorizationServer, IssuedTokens } from "./authorization-server";
import { newClientSchema, STATIC_CLIENT, type NewClient, type SandboxClient } from "./clients";
import type { ContactBook } from "./contacts";
import type { KeyRing } from "./callers";
import type { Fault, FaultInput, Route } from "./faults";
import { jsonOf, sendJson, type Received } from "./http";
import type { OAuth1Server } from "./oauth1-server";
import type { Counters, LoggedRequest, SandboxSettings, SandboxState } from "./state";

const tokensSchema = z.strictObject({
  clientId: z.string().default(STATIC_CLIENT.clientId),
  subject: z.email().default("mia@acme.example"),
  scope: z.string().optional(),
});

interface Parts {
  readonly state: SandboxState;
  readonly server: AuthorizationServer;
  readonly keys: KeyRing;
  readonly book: ContactBook;
  readonly oauth1: OAuth1Server;
}

/** What a test may tell the sandbox, and ask it; the same things over HTTP are `serveControl`. */
export class SandboxControl {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get settings(): SandboxSettings {
    return this.#parts.state.settings;
  }

  /** Changes the named settings and leaves the others. Throws ZodError for an unknown name or a wrong value. */
  set(settings: Partial<SandboxSettings>): SandboxSettings {
    return this.#parts.state.change(settings);
  }

  /** Makes the next matching requests misbehave. */
  fault(fault: FaultInput): void {
    this.#parts.state.faults.add(fault);
  }

  get pendingFaults(): readonly Fault[] {
    return this.#parts.state.faults.pending;
  }

  clearFaults(): void {
    this.#parts.state.faults.clear();
  }

  /** The next consents are answered with access_denied. */
  denyNextConsent(times = 1): void {
    this.#parts.state.denials += times;
  }

  /** Makes a client, or gives the one with this id new facts, such as another secret. */
  createClient(client: NewClient = {}): Promise<SandboxClient> {
    return this.#parts.server.register(client);
  }

  /** A new API key of this account. */
  mintKey(account = "acme"): string {
    return this.#parts.keys.mint(account);
  }

  revokeKey(key: string): boolean {
    return this.#parts.keys.revoke(key);
  }

  /** A token pair without a browser. */
  issueTokens(wanted: z.input<typeof tokensSchema> = {}): Promise<IssuedTokens> {
    const { clientId, subject, scope } = tokensSchema.parse(wanted);
    return this.#parts.server.issue(clientId, subject, scope);
  }

  /** @returns how many access tokens have just expired. */
  expireAccessTokens(): number {
    return this.#parts.server.store.expireAccessTokens();
  }

  /** Forgets all access and refresh tokens, OAuth 1.0a too, of everyone or of one person. @returns how many records that were. */
  revokeTokens(subject?: string): number {
    return this.#parts.server.store.revokeAll(subject) + this.#parts.oauth1.revoke(subject);
  }

  /** What was received since the last reset, oldest first. */
  log(filter: { route?: Route; path?: string; method?: string } = {}): readonly LoggedRequest[] {
    return this.#parts.state.log.filter(
      (entry) =>
        (filter.route === undefined || entry.route === filter.route) &&
        (filter.path === undefined || entry.path.startsWith(filter.path)) &&
        (filter.method === undefined || entry.method === filter.method),
    );
  }

  get counters(): Counters {
    return this.#parts.state.counters;
  }

  /** Empties the log and the counters and leaves everything else. */
  clearLog(): void {
    this.#parts.state.clearLog();
  }

  /** As freshly started: no tokens, no sessions, the sample clients, keys and contacts. */
  async reset(): Promise<void> {
    this.#parts.state.reset();
    this.#parts.keys.reset();
    this.#parts.book.reset();
    this.#parts.oauth1.reset();
    await this.#parts.server.reset();
  }
}

type Command = (control: SandboxControl, body: Record<string, unknown>, query: URLSearchParams) => unknown;

const COMMANDS: Readonly<Record<string, Command>> = {
  "GET /state": (control) => ({ settings: control.settings, faults: control.pendingFaults }),
  "POST /settings": (control, body) => control.set(body),
  "POST /faults": (control, body) => {
    control.fault(body as unknown as FaultInput);
    return { faults: control.pendingFaults };
  },
  "DELETE /faults": (control) => {
    control.clearFaults();
    return {};
  },
  "POST /deny": (control, body) => {
    control.denyNextConsent(z.int().positive().default(1).parse(body.times));
    return {};
  },
  "POST /clients": (control, body) => control.createClient(newClientSchema.parse(body)),
  "POST /keys": (control, body) => ({ key: control.mintKey(z.string().optional().parse(body.account)) }),
  "DELETE /keys": (control, body) => ({ revoked: control.revokeKey(z.string().parse(body.key)) }),
  "POST /tokens": (control, body) => control.issueTokens(tokensSchema.parse(body)),
  "POST /tokens/expire": (control) => ({ expired: control.expireAccessTokens() }),
  "POST /tokens/revoke": (control, body) => ({ revoked: control.revokeTokens(z.string().optional().parse(body.subject)) }),
  "GET /log": (control, _body, query) => ({
    requests: control.log(Object.fromEntries(query) as { route?: Route; path?: string; method?: string }),
    counters: control.counters,
  }),
  "DELETE /log": (control) => {
    control.clearLog();
    return {};
  },
  "GET /counters": (control) => control.counters,
  "POST /reset": async (control) => {
    await control.reset();
    return {};
  },
};

/** The control API, JSON in and out, below `/_control`. A wrong body is answered with 400 and the reason. */
export async function serveControl(received: Received, control: SandboxControl): Promise<void> {
  const { res, method, url, body } = received;
  const command = COMMANDS[`${method} ${url.pathname.slice("/_control".length)}`];
  if (!command) return sendJson(res, 404, { error: "not_found", commands: Object.keys(COMMANDS) });
  const input = body.length === 0 ? {} : jsonOf(received);
  if (!input) return sendJson(res, 400, { error: "invalid_request", error_description: "The body has to be a JSON object." });
  try {
    sendJson(res, 200, await command(control, input, url.searchParams));
  } catch (error) {
    const error_description = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    sendJson(res, 400, { error: "invalid_request", error_description });
  }
}

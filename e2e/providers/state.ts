import { z } from "zod";
import type { IncomingHttpHeaders } from "node:http";
import { FaultPlan, type Route } from "./faults";

const seconds = z.int().positive();

/** How the sandbox behaves until told otherwise; all of it can be changed while it runs. */
export const settingsSchema = z.strictObject({
  accessTokenSeconds: seconds.default(3600),
  refreshTokenSeconds: seconds.default(30 * 24 * 3600),
  /** Each refresh answers with a new refresh token, and using an old one again revokes the family (RFC 9700, 4.14.2). */
  rotateRefreshTokens: z.boolean().default(true),
  requirePkce: z.boolean().default(false),
  /** `refresh_token_expires_in` in every token response that has a refresh token; null leaves it out. */
  announceRefreshSeconds: seconds.nullable().default(null),
  /** Leaves the refresh token out of every token response. */
  dropRefreshToken: z.boolean().default(false),
  /** Scopes that are refused although the person allowed them. */
  dropScopes: z.array(z.string()).default([]),
  /** `iss` of the authorization response (RFC 9207): null is the true one, "" leaves it out. */
  issuer: z.string().nullable().default(null),
  /** The realm an OAuth 1.0a request has to name; null takes any and none. */
  oauth1Realm: z.string().nullable().default(null),
  /** Signs this person in and allows everything without showing a page. */
  autoAllow: z.string().nullable().default(null),
});
export type SandboxSettings = z.output<typeof settingsSchema>;
export const settingsChange = z.strictObject(
  Object.fromEntries(Object.entries(settingsSchema.shape).map(([name, shape]) => [name, shape.unwrap().optional()])),
) as unknown as z.ZodType<Partial<SandboxSettings>>;

/** As whom the sandbox sees whoever called, and how the credential came in. */
export interface Caller {
  readonly via: "bearer" | "api-key" | "basic" | "oauth1" | "auth-fields" | "nothing";
  /** The place of the credential, such as `header X-Api-Key`. */
  readonly in: string;
  /** The person, or null where an application speaks for itself. */
  readonly subject: string | null;
  /** The application, or null where none is known. */
  readonly client: string | null;
  /** Whose contacts these are. */
  readonly account: string;
  readonly scopes?: readonly string[];
}

export interface LoggedRequest {
  readonly n: number;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly route: Route | null;
  readonly grant?: string | undefined;
  caller?: Caller;
  fault?: string;
  /** null while no answer has been sent. */
  status: number | null;
}

export interface Exchanges {
  requests: number;
  succeeded: number;
  refused: number;
}

export interface Counters {
  /** By grant type, what the token endpoint was asked and did. Requests that met a fault count as requests only. */
  exchanges: Record<string, Exchanges>;
  /** Times a refresh token was presented again after it had been used, each of which revoked its family. */
  refreshTokenReuse: number;
  revocations: number;
  /** Requests by route. */
  requests: Partial<Record<Route, number>>;
}

const LOG_LIMIT = 5000;

/** Settings, pending faults, and what has been received since the last reset. */
export class SandboxState {
  settings: SandboxSettings = settingsSchema.parse({});
  readonly faults = new FaultPlan();
  /** Consents still to be refused. */
  denials = 0;
  counters: Counters = SandboxState.#noCounts();
  #log: LoggedRequest[] = [];
  #received = 0;

  static #noCounts(): Counters {
    return { exchanges: {}, refreshTokenReuse: 0, revocations: 0, requests: {} };
  }

  change(settings: Partial<SandboxSettings>): SandboxSettings {
    this.settings = { ...this.settings, ...settingsChange.parse(settings) };
    return this.settings;
  }

  record(entry: Omit<LoggedRequest, "n" | "at" | "status">): LoggedRequest {
    this.#received += 1;
    const logged: LoggedRequest = { n: this.#received, at: new Date().toISOString(), status: null, ...entry };
    this.#log.push(logged);
    if (this.#log.length > LOG_LIMIT) this.#log.splice(0, LOG_LIMIT / 10);
    if (entry.route) this.counters.requests[entry.route] = (this.counters.requests[entry.route] ?? 0) + 1;
    if (entry.route === "token") this.exchanges(entry.grant).requests += 1;
    return logged;
  }

  exchanges(grant: string | undefined): Exchanges {
    return (this.counters.exchanges[grant ?? "unknown"] ??= { requests: 0, succeeded: 0, refused: 0 });
  }

  /** The newest 5,000 requests at most, oldest first. */
  get log(): readonly LoggedRequest[] {
    return this.#log;
  }

  reset(): void {
    this.settings = settingsSchema.parse({});
    this.faults.clear();
    this.denials = 0;
    this.clearLog();
  }

  clearLog(): void {
    this.counters = SandboxState.#noCounts();
    this.#log = [];
    this.#received = 0;
  }
}

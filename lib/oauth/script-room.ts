import type { AuthMethod } from "@/lib/auth-methods/definition";
import { allowedHosts, heldBack, hostAllowed } from "@/lib/auth-methods/hosts";
import { isPlainToScripts, kindOf } from "@/lib/auth-methods/registry";
import { requestUrl } from "@/lib/auth-methods/request-url";
import { canonicalName, lookup, textOf, type TemplateValue } from "@/lib/auth-methods/templates";
import { expose } from "@/lib/kernel/expose";
import { redactor } from "@/lib/kernel/redact";
import { fail, type Result } from "@/lib/kernel/result";
import { Secret } from "@/lib/kernel/secret";
import { accountOf } from "@/lib/partners/data";
import { egress } from "@/lib/platform/egress";
import { SCRIPT_LEVELS, type ScriptEvent, type ScriptLevel } from "@/lib/scripts/constants";
import { Placeholders } from "@/lib/scripts/placeholders";
import { runEvent, type EventOutcome, type ScriptVariables } from "@/lib/scripts/run";
import type { ScriptCapabilities } from "@/lib/scripts/types";
import type { OpenedConnection } from "./values";

const MAX_REDIRECTS = 3;

export type Scripts = Partial<Record<ScriptLevel, string | null>>;

/** Whether any of these scripts has something to do at one of these events. Where not, no thread is asked. */
export const hasScript = (scripts: Scripts, events: readonly ScriptEvent[]): boolean =>
  SCRIPT_LEVELS.some((level) => events.some((event) => scripts[level]?.includes(event)));

/** A script never gets what only renews the credential. */
const WITHHELD = new Set(["refreshToken"]);

/** A script may put any value into any request: what may not go to the host in use stays outside (S-41). Null: the host isn't known. */
function heldOutside({ definition, authMethod, connector }: OpenedConnection): ReadonlySet<string> | null {
  const { values, sources } = connector;
  const address = requestUrl({ definition, authMethod, values, path: "" });
  if (!address.ok) return null;
  const { secrets } = heldBack({ definition, authMethod, ...address.value, values, sources });
  return new Set(secrets.map((p) => canonicalName(p.name)));
}

/** What scripts may see of a connection, as long as nothing of it changes. */
interface Sight {
  readonly of: OpenedConnection;
  readonly allowedHosts: readonly string[];
  readonly held: ReadonlySet<string>;
  readonly plaintexts: readonly string[];
  readonly shown: readonly (readonly [name: string, value: TemplateValue])[];
}

const sights = new WeakMap<OpenedConnection["connector"]["values"], Sight>();

function sightOf(opened: OpenedConnection): Sight {
  const { definition, authMethod, connector } = opened;
  const known = sights.get(connector.values);
  if (
    known?.of.definition === definition &&
    known.of.authMethod === authMethod &&
    known.of.connector.sources === connector.sources
  )
    return known;
  const held = heldOutside(opened);
  const mayLeave = (name: string): boolean => (held ? !held.has(canonicalName(name)) : connector.sources[name] !== "Partner");
  const entries = Object.entries(connector.values);
  const plain = entries.filter(([name]) => isPlainToScripts(definition, name) && mayLeave(name));
  const sight: Sight = {
    of: opened,
    allowedHosts: allowedHosts(definition, connector.values),
    held: held ?? new Set(),
    plaintexts: plain.flatMap(([, value]) => (value instanceof Secret ? [expose(value)] : [])),
    shown: entries.filter(([name, value]) => !WITHHELD.has(name) && !(value instanceof Secret && !mayLeave(name))),
  };
  sights.set(connector.values, sight);
  return sight;
}

/** The secrets of one call as markers, and its scripts (domain section 7, S-42). */
export class ScriptRoom {
  readonly placeholders = new Placeholders();
  readonly #opened: OpenedConnection;
  readonly #scripts: Scripts;
  readonly #sight: Sight;
  readonly #shown: Readonly<Record<string, string>>;
  #account: { id: string; externalId: string | null } | null = null;
  /** Survives from the first event of a call to its last, and from one page of an answer to the next. */
  readonly #carried: { actionData?: unknown };

  constructor(opened: OpenedConnection, scripts: Scripts, carried: { actionData?: unknown } = {}) {
    this.#carried = carried;
    this.#opened = opened;
    this.#scripts = scripts;
    this.#sight = sightOf(opened);
    const shown: Record<string, string> = {};
    for (const [name, value] of this.#sight.shown) shown[name] = this.#mark(value);
    this.#shown = shown;
  }

  /** Whether there is a script for one of these events. */
  has(events: readonly ScriptEvent[]): boolean {
    return hasScript(this.#scripts, events);
  }

  /** Secrets that these scripts see as they are, because the definition says so. */
  get plaintexts(): readonly string[] {
    return this.#sight.plaintexts;
  }

  readonly mayHaveSecret = (url: URL | string): boolean => hostAllowed(url, this.#sight.allowedHosts);

  #mark(value: TemplateValue): string {
    if (!(value instanceof Secret)) return textOf(value) ?? "";
    const plain = expose(value);
    return this.plaintexts.includes(plain) ? plain : this.placeholders.mark(plain);
  }

  /** What the credential is to a script: the key, the token, `username:password`, the fields as JSON. */
  authValue(method: AuthMethod = this.#opened.authMethod): string {
    const own = kindOf(method).externalParameters(method);
    const text = (name: string) =>
      this.#sight.held.has(canonicalName(name)) ? "" : this.#mark(lookup(this.#opened.connector.values, name));
    if (method.type === "AuthFields") return JSON.stringify(Object.fromEntries(own.map((p) => [p.name, text(p.parameter)])));
    if (method.type === "OAuth1") return text("accessToken");
    return own.map((p) => text(p.parameter)).join(":");
  }

  /** Runs one event. In: its variables. Out: what the scripts left; `script.failed` is the policy's, and so no customer's fault. */
  async run(event: ScriptEvent, variables: ScriptVariables): Promise<Result<EventOutcome>> {
    const { install, scope } = this.#opened;
    this.#account ??= await accountOf(scope);
    const result = await runEvent({
      event,
      scripts: this.#scripts,
      placeholders: this.placeholders,
      allowSecretTo: this.mayHaveSecret,
      capabilities: this.#capabilities,
      owner: install.accountId,
      contextKey: [install.partnerId, install.accountId, install.id, install.releaseId].join("/"),
      variables: {
        ...variables,
        cyclr_account_id: install.accountId,
        external_account_id: this.#account?.externalId ?? null,
        cycle_variables: variables.cycle_variables ?? {},
        script_parameters: { ...this.#shown, ...(variables.script_parameters as object | undefined) },
        action_data: this.#carried.actionData ?? {},
      },
    });
    if (!result.ok) {
      const redact = redactor(this.plaintexts);
      return scriptFailure(redact(result.error.message), redact(result.error.details ?? {}));
    }
    const { ran } = result.value;
    if (ran.length > 0) this.#carried.actionData = result.value.variables.action_data ?? {};
    return result;
  }

  readonly #capabilities: ScriptCapabilities = {
    httpRequest: async (request) => {
      // A request that may carry a secret stays among the allowed hosts on every redirect; any other never holds one.
      // Where a script holds a secret itself, every request of it is one that may carry it.
      const bound = this.plaintexts.length > 0 || this.mayHaveSecret(request.url);
      if (bound && !this.mayHaveSecret(request.url)) throw new Error("The connector doesn't name this host.");
      const answer = await egress({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: request.body,
        timeoutMs: request.timeoutMs,
        maxBytes: request.maxBytes,
        maxRedirects: MAX_REDIRECTS,
        purpose: "script",
        sensitiveHeaders: Object.keys(request.headers),
        ...(bound ? { mayCall: this.mayHaveSecret } : {}),
      });
      if (!answer.ok) throw new Error(answer.error.message);
      return { status: answer.value.status, headers: answer.value.headers, text: answer.value.text() };
    },
  };
}

/** A script's failure as a failure of the call. */
export const scriptFailure = (message: string, details: Readonly<Record<string, unknown>> = {}) =>
  fail("script.failed", message, { details: { ...details, owner: "policy" } });

/** An object's entries as text, without those a script removed. Lists, as of a query, stay lists. */
export function textEntries(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, entry]) =>
      entry === undefined || entry === null ? [] : [[name, typeof entry === "object" ? JSON.stringify(entry) : String(entry)]],
    ),
  );
}

import type { Readable } from "node:stream";
import { IP_HEADER, REQUEST_ID_HEADER } from "@/lib/access/request";
import { sameHash, tokenHash } from "@/lib/access/tokens";
import { webhookOf } from "@/lib/cycles/data";
import { isLater, type Soon } from "@/lib/kernel/soon";
import { accountOf } from "@/lib/partners/data";
import { env } from "@/lib/platform/env";
import { log } from "@/lib/platform/log";
import { limit } from "@/lib/platform/rate-limit";
import { Placeholders } from "@/lib/scripts/placeholders";
import { runEvent, type ScriptVariables } from "@/lib/scripts/run";
import { startPass } from "./engine";
import { isTooDeep } from "./paths";
import { planOf, type Plan } from "./plan";
import { RunValues } from "./run-values";

/** A request as it came in, whatever server took it. */
export interface IncomingWebhook {
  readonly method: string;
  /** The last part of its address. */
  readonly key: string;
  /** What stands behind the question mark. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Readable;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const MAX_BYTES = 1024 * 1024;
const SECRET_HEADER = "x-webhook-secret";
/** Of no use to a cycle, or the secret itself. */
const DROPPED = new Set([
  "connection",
  "content-length",
  "transfer-encoding",
  "accept-encoding",
  "keep-alive",
  "host",
  "cookie",
  "x-forwarded-for",
  IP_HEADER,
  REQUEST_ID_HEADER,
  SECRET_HEADER,
]);

const JSON_HEADERS = { "content-type": "application/json", "cache-control": "no-store" };

const refused = (status: number, message: string, headers: Record<string, string> = {}): WebhookAnswer => ({
  status,
  headers: { ...JSON_HEADERS, ...headers },
  body: JSON.stringify({ Message: message }),
});

const single = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === "string" ? value : value?.join(", ");

/** The body's text; null where it is longer than a webhook may be. */
function readBody(body: Readable): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    body.on("data", (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size <= MAX_BYTES) {
        chunks.push(chunk);
        return;
      }
      body.pause();
      resolve(null);
    });
    body.on("end", () => resolve((chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString("utf8")));
    body.on("error", reject);
    body.on("close", () => {
      if (!body.readableEnded) reject(new Error("The connection ended before its body."));
    });
  });
}

const entriesOf = (parameters: URLSearchParams): Record<string, string | string[]> => {
  const out: Record<string, string | string[]> = {};
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    out[name] = values.length === 1 ? (values[0] ?? "") : values;
  }
  return out;
};

/** The members of what a body says: an object as it is, a list as `items`, anything else as `text`. Null: it isn't what it says it is. */
function membersOf(text: string, contentType: string): Record<string, unknown> | null {
  if (/x-www-form-urlencoded/i.test(contentType)) return entriesOf(new URLSearchParams(text));
  const saysJson = /[/+]json\b/i.test(contentType);
  if (text.trim() === "") return {};
  if (!saysJson && !/^\s*[[{]/.test(text)) return { text };
  if (isTooDeep(text)) return saysJson ? null : { text };
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return { items: value };
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : { text: String(value) };
  } catch {
    return saysJson ? null : { text };
  }
}

/** Whether the caller brought the secret, and in which header. */
function secretIn(headers: IncomingWebhook["headers"], hash: string): string | null {
  const own = single(headers[SECRET_HEADER]);
  if (own !== undefined && sameHash(tokenHash(own), hash)) return SECRET_HEADER;
  const bearer = /^Bearer (.+)$/i.exec(single(headers.authorization) ?? "")?.[1];
  return bearer !== undefined && sameHash(tokenHash(bearer), hash) ? "authorization" : null;
}

/** Runs the trigger's own script. Out: the payload as it left it, or the answer in place of a run. */
function scripted(plan: Plan, payload: Record<string, unknown>, key: string): Soon<Scripted> {
  const source = plan.steps.get(plan.triggerId)?.step.script ?? "";
  const hasScript = source.includes("before_webhook") || source.includes("after_webhook");
  return hasScript ? throughScript(plan, payload, key, source) : { payload };
}

type Scripted = { readonly payload: Record<string, unknown> } | { readonly answer: WebhookAnswer };

async function throughScript(plan: Plan, payload: Record<string, unknown>, key: string, source: string): Promise<Scripted> {
  const { $headers, $query, ...body } = payload;
  const values = new RunValues(plan, { id: "", startedAt: 0 });
  values.put(plan.triggerId, payload);
  const placeholders = new Placeholders();
  const facts: ScriptVariables = {
    cycle_id: plan.cycle.id,
    cycle_step_id: plan.triggerId,
    method_endpoint: `${env().publicUrl}/webhooks/${key}`,
    cyclr_account_id: plan.cycle.accountId,
    external_account_id: (await accountOf(plan.scope))?.externalId ?? null,
    script_parameters: {},
    script_execution_context: "RUNNING_TRANSACTION",
    cycle_variables: values.shown(plan.variables, placeholders),
    method_request_headers: values.shown($headers, placeholders),
    method_request_parameters: values.shown($query, placeholders),
  };
  const common = {
    scripts: { step: source },
    placeholders,
    owner: plan.cycle.accountId,
    contextKey: `cycle/${plan.cycle.accountId}/${plan.cycle.id}`,
  };
  const shown = values.shown(body, placeholders);
  const before = await runEvent({ ...common, event: "before_webhook", variables: { ...facts, method_request: shown } });
  if (!before.ok) return { answer: refused(400, before.error.message) };
  const asked = before.value.ran.length > 0 ? before.value.variables : { method_request: shown };
  if (before.value.signal !== "continue") {
    const said = placeholders.mask(asked.method_response ?? null);
    const text = typeof said === "string" ? said : JSON.stringify(said);
    return { answer: { status: 200, headers: { ...JSON_HEADERS, ...textHeaders(asked.method_response_headers) }, body: text } };
  }
  const after = await runEvent({
    ...common,
    event: "after_webhook",
    variables: { ...facts, method_response: asked.method_request ?? {} },
  });
  if (!after.ok) return { answer: refused(400, after.error.message) };
  if (after.value.signal !== "continue") return { answer: { status: 202, headers: JSON_HEADERS, body: '{"Ignored":true}' } };
  const left = placeholders.revealAll(
    (after.value.ran.length > 0 ? after.value.variables.method_response : asked.method_request) ?? {},
  );
  const object = typeof left === "object" && left !== null && !Array.isArray(left) ? left : { items: left };
  return { payload: { ...object, $headers, $query } };
}

/** Headers that a script wrote for its answer; none that concern the connection or the browser's trust in this site. */
const textHeaders = (given: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(typeof given === "object" && given !== null ? given : {}).flatMap(([name, value]): [string, string][] =>
      /^(content-type|x-[a-z0-9-]+)$/i.test(name) && typeof value === "string" && !/[\r\n]/.test(value)
        ? [[name.toLowerCase(), value]]
        : [],
    ),
  );

/**
 * Takes a webhook in: keeps what it brought and answers before anything runs. Out: 202 with the transaction's id; 401 without the
 * trigger's secret, 404 for an unknown key, 405, 409 while the cycle doesn't run, 413 above 1 MB, 415, 429 above the limit a minute.
 */
export async function receiveWebhook(incoming: IncomingWebhook, perMinute: number): Promise<WebhookAnswer> {
  if (incoming.method !== "POST") return refused(405, "A webhook is sent with POST.", { allow: "POST" });
  const finding = webhookOf(incoming.key);
  const found = isLater(finding) ? await finding : finding;
  if (!found) return refused(404, "There is no webhook at this address.");
  const allowed = await limit("webhook", incoming.key, { points: perMinute, durationSeconds: 60 });
  if (!allowed.ok) {
    return refused(429, allowed.error.message, { "retry-after": String(allowed.error.details?.retryAfter ?? 60) });
  }
  const broughtIn = found.secretHash === null ? null : secretIn(incoming.headers, found.secretHash);
  if (found.secretHash !== null && broughtIn === null) return refused(401, "The secret of this webhook is missing or wrong.");
  if (Number(single(incoming.headers["content-length"])) > MAX_BYTES) return refused(413, "A webhook brings 1 MB at most.");
  const contentType = single(incoming.headers["content-type"]) ?? "";
  if (/^multipart\//i.test(contentType)) return refused(415, "Send JSON, a form without files, or text.");
  const text = await readBody(incoming.body);
  if (text === null) return refused(413, "A webhook brings 1 MB at most.");
  if (found.status !== "Active") return refused(409, "The cycle of this webhook is not running.");
  const members = membersOf(text, contentType);
  if (!members) return refused(400, "The body isn't JSON, or it nests deeper than 200 levels.");
  const planning = planOf(found, found.revision);
  const plan = isLater(planning) ? await planning : planning;
  if (!plan.ok) {
    const requestId = single(incoming.headers[REQUEST_ID_HEADER]);
    log().error({ cycle: found.cycleId, code: plan.error.code, requestId }, "the cycle of a webhook can't be run");
    return refused(500, "This webhook can't be taken in at the moment.");
  }
  const headers: Record<string, string> = {};
  for (const [name, each] of Object.entries(incoming.headers)) {
    const value = single(each);
    if (value !== undefined && !DROPPED.has(name) && name !== broughtIn) headers[name] = value;
  }
  const payload = members;
  payload.$headers = headers;
  payload.$query = incoming.query === "" ? {} : entriesOf(new URLSearchParams(incoming.query));
  const scripting = scripted(plan.value, payload, incoming.key);
  const ready = isLater(scripting) ? await scripting : scripting;
  if ("answer" in ready) return ready.answer;
  const transactionId = await startPass(plan.value, "Webhook", ready.payload);
  return { status: 202, headers: JSON_HEADERS, body: JSON.stringify({ transactionId }) };
}

import { nested, serveCrm } from "./crm";
import type { ContactBook } from "./contacts";
import { formOf, isJson, jsonOf, replay, sendJson, type Received } from "./http";
import type { Caller } from "./state";

export const SAMPLE_AUTH_FIELDS = [
  { account_id: 4711, token: "af_sandbox_acme_5d10", account: "acme" },
  { account_id: 4712, token: "af_sandbox_birch_b2c7", account: "birch" },
];

/**
 * An API that wants the credential in the body of every POST: `account_id` (number), `token` (text) and
 * `test_mode` (boolean), at the top or inside `auth`, as JSON or as a form. Listing is a POST as well:
 * `/api/auth-fields/contacts/list`.
 */
export function serveAuthFields(received: Received, path: string, book: ContactBook): Caller | undefined {
  const { res } = received;
  if (received.method !== "POST") {
    sendJson(res, 405, { error: "method_not_allowed", error_description: "Everything here is a POST." });
    return undefined;
  }
  const json = isJson(received);
  const body = (json ? jsonOf(received) : nested(formOf(received))) ?? {};
  const inner = typeof body.auth === "object" && body.auth !== null ? (body.auth as Record<string, unknown>) : undefined;
  const given = inner ?? body;
  const problem = typeProblem(given, json);
  const known = SAMPLE_AUTH_FIELDS.find(
    (one) => String(one.account_id) === String(given.account_id) && one.token === given.token,
  );
  if (problem !== undefined || !known) {
    sendJson(res, 401, {
      error: "invalid_credentials",
      error_description: problem ?? "account_id and token don't belong together.",
    });
    return undefined;
  }
  const place = `${json ? "json" : "form"} body${inner ? " (auth)" : ""}`;
  const caller: Caller = { via: "auth-fields", in: place, subject: null, client: null, account: known.account };
  const rest = Object.fromEntries(
    Object.entries(body).filter(([name]) => !["auth", "account_id", "token", "test_mode"].includes(name)),
  );
  const reading = path === "/contacts/list" || path === "/me";
  const forward: Received = {
    ...received,
    method: reading ? "GET" : "POST",
    headers: { ...received.headers, "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(rest)),
  };
  serveCrm({ ...forward, req: replay(forward) }, path === "/contacts/list" ? "/contacts" : path, caller, book);
  return caller;
}

/** Types count in JSON only: a form has nothing but text. */
function typeProblem(given: Record<string, unknown>, json: boolean): string | undefined {
  for (const name of ["account_id", "token", "test_mode"]) {
    if (given[name] === undefined || given[name] === "") return `${name} is missing from the body.`;
  }
  if (!json) return /^(?:true|false)$/.test(String(given.test_mode)) ? undefined : "test_mode must be true or false.";
  if (typeof given.account_id !== "number") return "account_id must be a number.";
  if (typeof given.token !== "string") return "token must be text.";
  return typeof given.test_mode === "boolean" ? undefined : "test_mode must be true or false.";
}

import type { AccountScope } from "@/lib/access/types";
import type { MethodDefinition } from "@/lib/auth-methods/definition";
import { engineWord } from "@/lib/auth-methods/engine-words";
import { lookup } from "@/lib/auth-methods/templates";
import { fail, ok, type Result } from "@/lib/kernel/result";
import type { OpenedConnection } from "@/lib/oauth/values";
import type { MethodCall } from "./call-scripts";
import { filtered, FIRST_PAGE, listAt, nextPage, pageRequest, pagingOf, type PageCursor } from "./paging";
import { valueAt, withReplaced } from "./paths";
import { sendCall, type SendOptions, type SentCall } from "./send";
import { sendFresh } from "./send-fresh";

/** Most pages of one answer, and most text of all of them. */
const MAX_PAGES = 1000;
const MAX_BYTES = 20 * 1024 * 1024;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};

/** What is filtered by: what the call gives, and what the connector's own parameters hold. */
function filtersOf({ definition, connector }: OpenedConnection, method: MethodDefinition, request: MethodCall) {
  const own = new Set(method.parameters.map((p) => p.name));
  const shared = definition.parameters.flatMap((p) => {
    const value =
      p.targetType === "FilterField" && !own.has(p.name) && engineWord(p) === null && lookup(connector.values, p.name);
    return typeof value === "string" && value !== "" ? [{ path: p.targetName ?? p.name, value }] : [];
  });
  return [...shared, ...(request.filters ?? [])];
}

const withBody = (sent: SentCall, body: string): SentCall =>
  body === sent.body
    ? sent
    : { ...sent, body, call: { ...sent.call, response: { ...sent.call.response, body: sent.redact(body) } } };

/** An answer, how many pages it was put together from, and whether the provider has more of them. */
interface PagedCall {
  readonly sent: SentCall;
  readonly pages: number;
  readonly more: boolean;
}

const alone = (sent: SentCall): Result<PagedCall> => ok({ sent, pages: 1, more: false });

async function onePage(sending: Promise<Result<SentCall>>): Promise<Result<PagedCall>> {
  const sent = await sending;
  return sent.ok ? alone(sent.value) : sent;
}

/**
 * The pages of an answer as the first of them, with every entry in its list; `most` of them where that is given. Errors: those of
 * `send`, `request.too_large`.
 */
async function everyPage(
  method: MethodDefinition,
  paging: NonNullable<ReturnType<typeof pagingOf>>,
  send: (cursor: PageCursor) => Promise<Result<SentCall>>,
  most = Infinity,
): Promise<Result<PagedCall>> {
  const entries: unknown[] = [];
  let first = null as { readonly sent: SentCall; readonly body: unknown; readonly list: string } | null;
  let last: SentCall | null = null;
  let [pages, bytes, durationMs] = [0, 0, 0];
  let cursor: PageCursor | null = FIRST_PAGE;
  for (; cursor !== null && pages < most; pages += 1) {
    const answer = await send(cursor);
    if (!answer.ok) return answer;
    if (answer.value.failure) return alone(answer.value);
    const sent: SentCall = answer.value;
    const body = parsed(sent.body);
    const list: string | null = first?.list ?? listAt(method, body);
    const found = list === null ? null : valueAt(body, list);
    if (list === null || !Array.isArray(found)) {
      if (first === null) return alone(sent);
      break;
    }
    // A provider that doesn't know the parameter answers with the same page for ever.
    if (last !== null && sent.body === last.body && found.length > 0) break;
    bytes += sent.body.length;
    durationMs += sent.call.durationMs;
    if (pages >= MAX_PAGES || bytes > MAX_BYTES) {
      const message = `${method.name} has more pages than can be taken in: ${MAX_PAGES} or ${MAX_BYTES / 1024 / 1024} MB at most.`;
      return fail("request.too_large", message, { details: { owner: "partner" } });
    }
    first ??= { sent, body, list };
    last = sent;
    for (const entry of found) entries.push(entry);
    cursor = nextPage(paging, cursor, { body, entries: found as readonly unknown[], address: sent.call.request.url });
  }
  if (first === null || last === null) return fail("internal", "No page was asked for.");
  const whole = JSON.stringify(withReplaced(first.body, first.list, () => entries));
  const left = last.afterPages ? await last.afterPages(whole) : ok({ body: whole, successAt: null });
  if (!left.ok) return left;
  const { redact } = first.sent;
  const redactLast = last.redact;
  const sent: SentCall = { ...first.sent, redact: (value) => redactLast(redact(value)), exit: last.exit };
  const joined = withBody({ ...sent, call: { ...sent.call, durationMs }, successAt: left.value.successAt }, left.value.body);
  return ok({ sent: joined, pages, more: pages === most && cursor !== null });
}

type Send = (request: MethodCall) => Promise<Result<SentCall>>;

interface Called {
  readonly method: MethodDefinition;
  readonly request: MethodCall;
}

/** The answer of a method with its pages put together and without the entries that its filters exclude. */
async function collected(
  opened: OpenedConnection,
  { method, request }: Called,
  send: Send,
  most?: number,
): Promise<Result<PagedCall>> {
  const paging = pagingOf(opened.definition, method);
  const carried = {};
  const paged = paging
    ? await everyPage(method, paging, (cursor) => send({ ...pageRequest(request, paging, cursor), carried }), most)
    : await onePage(send(request));
  if (!paged.ok || paged.value.sent.failure) return paged;
  const filters = filtersOf(opened, method, request);
  if (filters.length === 0) return paged;
  const { sent } = paged.value;
  const body = parsed(sent.body);
  const list = listAt(method, body);
  return list === null ? paged : ok({ ...paged.value, sent: withBody(sent, JSON.stringify(filtered(body, list, filters))) });
}

/**
 * Sends the call of a method, for every page of its answer where it has several, and leaves out what its filters exclude. In and
 * errors: those of {@link sendFresh}; `request.too_large`.
 */
export function sendPages(
  scope: AccountScope,
  opened: OpenedConnection,
  called: Called,
  options: SendOptions = {},
  put: (opened: OpenedConnection) => Result<OpenedConnection> = ok,
  renew = { renew: true },
): Promise<Result<SentCall>> {
  const { method, request } = called;
  const isWhole = !pagingOf(opened.definition, method) && filtersOf(opened, method, request).length === 0;
  return isWhole
    ? sendFresh(scope, opened, request, options, put, renew)
    : sendInPages(scope, opened, called, options, put, renew);
}

async function sendInPages(...[scope, opened, called, options, put, renew]: Required<Parameters<typeof sendPages>>) {
  let current = opened;
  // What one page renewed, the next begins with.
  const keep = (next: OpenedConnection): Result<OpenedConnection> => {
    const layered = put(next);
    if (layered.ok) current = layered.value;
    return layered;
  };
  const answer = await collected(opened, called, (request) => sendFresh(scope, current, request, options, keep, renew));
  return answer.ok ? ok(answer.value.sent) : answer;
}

/** Enough to see that the next page is found, without using up the provider's limits. */
const TRIED_PAGES = 3;

/**
 * Sends the call of a method for its first few pages, with the credential as it is: nothing is renewed or kept. Out: also how many
 * pages were read. Errors: those of {@link sendCall}; `request.too_large`.
 */
export const sendFirstPages = (opened: OpenedConnection, called: Called): Promise<Result<PagedCall>> =>
  collected(opened, called, (request) => sendCall(opened, request), TRIED_PAGES);

import { isIP } from "node:net";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import type { Dispatcher } from "undici";
import { SECOND } from "@/lib/kernel/clock";
import { fail, ok, type Failure, type Result } from "@/lib/kernel/result";
import { isLater, soon, type Soon } from "@/lib/kernel/soon";
import type { Stop } from "@/lib/kernel/stop";
import { checkAddresses, checkUrl, listedHost, type EgressVerdict } from "./egress-policy";
import { poolFor, resolveHost } from "./egress-connections";
import { Deadline, exchange, type Received } from "./egress-exchange";
import { env } from "./env";
import { log } from "./log";

export interface EgressRequest {
  readonly method: string;
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Uint8Array | null;
  /** For everything together: name, connection, redirects, body. Default 30 s. */
  readonly timeoutMs?: number;
  /** Largest body, after decompression. Default 10 MiB. */
  readonly maxBytes?: number;
  /** 0, the default, refuses a redirect: what token calls need (RFC 9700 section 4.12). */
  readonly maxRedirects?: number;
  /** What the call is for, in the log. */
  readonly purpose: "oauth" | "method" | "lookup" | "script" | "webhook" | "sign-in" | "import";
  /** Where given, only an address it agrees to is called, on a redirect too (S-41). */
  readonly mayCall?: (url: URL) => boolean;
  /** Headers besides Authorization and Cookie that must not follow a redirect to another origin. */
  readonly sensitiveHeaders?: readonly string[];
  /** Ends the call before its time. */
  readonly stop?: Stop | undefined;
}

export interface EgressResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly setCookie: readonly string[];
  readonly body: Uint8Array;
  /** The body in the character set it declares, else UTF-8. */
  text(): string;
  readonly durationMs: number;
  /** The address that answered, after redirects. */
  readonly url: string;
  readonly redirects: number;
}

/** `details` of a failure: a stable reason, the host, and whether the request may have reached it. */
export interface EgressFailureDetails {
  readonly reason: string;
  readonly host: string;
  readonly sent: boolean;
}

export { closeEgress, setResolverForTests } from "./egress-connections";

const DEFAULT_TIMEOUT = 30 * SECOND;
const DEFAULT_MAX_BYTES = 10 * 1024 * 1024;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Set by the client itself; a Host of the caller's choosing would reach another site at a checked address. */
const OWN_HEADERS = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "expect",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
]);

class Refused extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/**
 * Calls a third party: the only way out of this process (S-25, S-40). Resolves the name once, refuses the call if any of its
 * addresses is not public, connects to those addresses only, and does so again for every redirect.
 * Out: the response whatever its status, or `egress.blocked`, `provider.timeout`, `provider.unavailable`, `request.invalid`, each with
 * {@link EgressFailureDetails}. The message names the host, never the path or query.
 */
export async function egress(request: EgressRequest): Promise<Result<EgressResponse>> {
  const started = performance.now();
  const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT;
  const deadline = new Deadline(timeoutMs, request.stop);
  const progress = { host: "", sent: false };
  try {
    const value = await follow(request, deadline, progress, started);
    if (log().isLevelEnabled("debug")) {
      const { status, durationMs } = value;
      log().debug({ purpose: request.purpose, host: progress.host, status, durationMs }, "outgoing call");
    }
    return ok(value);
  } catch (error) {
    const failure = explain(error, progress, {
      timedOut: deadline.endedBy === "time",
      cancelled: deadline.endedBy === "asker",
      timeoutMs,
    });
    log().debug({ purpose: request.purpose, code: failure.code, ...failure.details }, "outgoing call failed");
    return { ok: false, error: failure };
  } finally {
    deadline.close();
  }
}

interface Progress {
  host: string;
  sent: boolean;
}

async function follow(request: EgressRequest, deadline: Deadline, progress: Progress, started: number): Promise<EgressResponse> {
  let url = parseUrl(request.url, undefined, progress);
  let method = request.method.toUpperCase();
  let body = request.body ?? null;
  let headers = ownHeaders(request.headers ?? {});
  for (let redirects = 0; ; redirects += 1) {
    progress.host = url.hostname;
    const pool = checkedPool(url, request, deadline, progress);
    const { maxBytes = DEFAULT_MAX_BYTES } = request;
    const tooLarge = (): Refused =>
      blocked("too_large", `${progress.host} answered with more than ${Math.floor(maxBytes / 1024)} KB.`, progress);
    const options = {
      path: url.pathname + url.search,
      method: method as Dispatcher.HttpMethod,
      headers,
      body,
    };
    const connected = isLater(pool) ? await pool : pool;
    progress.sent = true;
    const answer = await exchange(connected, options, deadline, maxBytes, tooLarge);
    const received = headersOf(answer);
    const location = received["location"];
    if (!REDIRECTS.has(answer.status) || location === undefined) {
      const cookies = answer.headers["set-cookie"];
      const encoding = (received["content-encoding"] ?? "identity").trim().toLowerCase();
      const isPlain = encoding === "identity" || encoding === "" || answer.body.length === 0;
      const bytes = isPlain ? answer.body : await decompressed(answer.body, encoding, maxBytes, tooLarge, progress);
      return {
        status: answer.status,
        headers: received,
        setCookie: cookies === undefined ? [] : Array.isArray(cookies) ? cookies : [cookies],
        body: bytes,
        text: () => decode(bytes, received["content-type"]),
        durationMs: Math.round(performance.now() - started),
        url: url.href,
        redirects,
      };
    }
    if (redirects >= (request.maxRedirects ?? 0)) {
      const sentence = request.maxRedirects
        ? `${url.hostname} redirected too often.`
        : `${url.hostname} answered with a redirect, which isn't followed here.`;
      throw blocked("redirect", sentence, progress);
    }
    const next = parseUrl(location, url, progress);
    const changesMethod =
      answer.status === 303 ? method !== "HEAD" : (answer.status === 301 || answer.status === 302) && method === "POST";
    if (changesMethod) {
      method = "GET";
      body = null;
      headers = without(headers, ["content-type", "content-encoding", "content-language"]);
    }
    if (next.origin !== url.origin) {
      // A body may hold a client secret or a password as well as any header does.
      if (body !== null) throw blocked("redirect", `${url.hostname} redirected a request with a body to another site.`, progress);
      headers = without(headers, [
        "authorization",
        "cookie",
        ...(request.sensitiveHeaders ?? []).map((name) => name.toLowerCase()),
      ]);
    }
    url = next;
  }
}

function parseUrl(text: string | URL, base: URL | undefined, progress: Progress): URL {
  try {
    return new URL(text, base);
  } catch {
    throw blocked("url", "The address is not a valid URL.", progress);
  }
}

function ownHeaders(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const out: Record<string, string> = { "accept-encoding": "gzip, deflate, br" };
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (value !== undefined && !OWN_HEADERS.has(lower)) out[lower] = value;
  }
  return out;
}

const without = (headers: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

/** Connections to the addresses of a URL, after all of them were checked (S-40). Throws what refuses the call. */
function checkedPool(url: URL, request: EgressRequest, deadline: Deadline, progress: Progress): Soon<Dispatcher> {
  const { egressAllow } = env();
  refuseIf(checkUrl(url, egressAllow), progress);
  if (request.mayCall && !request.mayCall(url)) {
    throw blocked("not_allowed", `The host ${url.hostname} isn't one that this connector may call.`, progress);
  }
  const literal = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const resolved = isIP(literal)
    ? [literal]
    : unlessEnded(resolveHost(literal, listedHost(url, egressAllow)), deadline, progress);
  return soon(resolved, (addresses) => {
    refuseIf(checkAddresses(url, addresses, egressAllow), progress);
    return poolFor(url.origin, addresses);
  });
}

/** Names in lower case; repeated headers joined. */
function headersOf(answer: Received): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

/** DNS can't be aborted, so its answer is raced with the deadline. */
async function unlessEnded(
  resolving: Promise<readonly string[]>,
  deadline: Deadline,
  progress: Progress,
): Promise<readonly string[]> {
  const ended = new Promise<never>((_, reject) => deadline.stops(reject));
  try {
    return await Promise.race([resolving, ended]);
  } catch (error) {
    if (deadline.endedBy !== null) throw error;
    throw new Refused(failure("provider.unavailable", "dns", `The host ${progress.host} could not be found.`, progress));
  }
}

const decoders: Readonly<Record<string, (bytes: Uint8Array, limits: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  br: promisify(brotliDecompress),
  // Some servers send the bare stream; its first byte can't be a zlib header's (RFC 1950 section 2.2).
  deflate: (bytes, limits) => promisify((bytes[0] ?? 0) % 16 === 8 ? inflate : inflateRaw)(bytes, limits),
};

async function decompressed(
  raw: Uint8Array,
  encoding: string,
  maxBytes: number,
  tooLarge: () => Refused,
  progress: Progress,
): Promise<Uint8Array> {
  const decoder = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined;
  if (!decoder)
    throw new Refused(
      failure("provider.unavailable", "encoding", `${progress.host} answered in an encoding that wasn't asked for.`, progress),
    );
  try {
    return await decoder(raw, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge();
    throw new Refused(
      failure("provider.unavailable", "encoding", `${progress.host} answered with a body that can't be decompressed.`, progress),
    );
  }
}

const utf8 = new TextDecoder();

function decode(bytes: Uint8Array, contentType: string | undefined): string {
  const label = /charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? "")?.[1] ?? "utf-8";
  if (/^utf-?8$/i.test(label)) return utf8.decode(bytes);
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return utf8.decode(bytes);
  }
}

function failure(code: Failure["code"], reason: string, message: string, progress: Progress): Failure {
  const details: EgressFailureDetails = { reason, host: progress.host, sent: progress.sent };
  return fail(code, message, { details: { ...details } }).error;
}

const blocked = (reason: string, message: string, progress: Progress): Refused =>
  new Refused(failure("egress.blocked", reason, message, progress));

function refuseIf(verdict: EgressVerdict, progress: Progress): void {
  if (verdict) throw blocked(verdict.refused, verdict.sentence, progress);
}

const NOT_CONNECTED = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const TLS = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|EPROTO|HOSTNAME_MISMATCH|INVALID_CA)/;

/** The failure that a thrown error stands for. An error of this program itself is thrown on. */
function explain(
  error: unknown,
  progress: Progress,
  ended: { readonly timedOut: boolean; readonly cancelled: boolean; readonly timeoutMs: number },
): Failure {
  if (error instanceof Refused) return error.failure;
  const host = progress.host;
  if (ended.timedOut) {
    return failure(
      "provider.timeout",
      "deadline",
      `${host} did not answer within ${Math.ceil(ended.timeoutMs / SECOND)} seconds.`,
      progress,
    );
  }
  if (ended.cancelled) return failure("provider.unavailable", "cancelled", `The call to ${host} was cancelled.`, progress);
  const cause = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const code = String((cause as { code?: unknown } | null)?.code ?? "");
  if (code === "UND_ERR_INVALID_ARG") {
    return failure("request.invalid", "request", "The request has a header or method that can't be sent.", { host, sent: false });
  }
  if (code === "UND_ERR_HEADERS_OVERFLOW")
    return failure("egress.blocked", "too_large", `${host} answered with too many headers.`, progress);
  if (NOT_CONNECTED.has(code))
    return failure("provider.unavailable", "connect", `${host} could not be reached.`, { host, sent: false });
  if (TLS.test(code)) {
    return failure("provider.unavailable", "tls", `No trusted secure connection to ${host} could be made.`, {
      host,
      sent: false,
    });
  }
  if (code.startsWith("UND_ERR") || code.startsWith("HPE_") || /^E[A-Z]+$/.test(code)) {
    return failure("provider.unavailable", "connection", `The connection to ${host} ended early.`, progress);
  }
  throw error;
}

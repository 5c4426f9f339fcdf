import type { ServerResponse } from "node:http";
import { z } from "zod";
import { redirectTo, sendJson } from "./http";

export const ROUTES = ["authorize", "token", "revoke", "userinfo", "api", "oauth1", "oauth1-api"] as const;
export type Route = (typeof ROUTES)[number];

const common = {
  on: z.enum(ROUTES),
  /** Only token requests of this grant. */
  grant: z.string().optional(),
  /** Only paths that begin so. */
  path: z.string().optional(),
  /** Lets this many matching requests through first. */
  skip: z.int().nonnegative().default(0),
  times: z.int().positive().default(1),
};

const faultSchema = z.discriminatedUnion("kind", [
  /** An error status with a JSON error. */
  z.strictObject({ ...common, kind: z.literal("server-error"), status: z.int().min(500).max(599).default(500) }),
  /** Waits before it does the work, or does it and then waits with the answer. */
  z.strictObject({
    ...common,
    kind: z.literal("slow"),
    ms: z.int().positive(),
    when: z.enum(["before", "after"]).default("before"),
  }),
  /** A byte at a time, `bytes` of them. */
  z.strictObject({
    ...common,
    kind: z.literal("drip"),
    everyMs: z.int().positive().default(100),
    bytes: z.int().positive().default(1_000_000),
  }),
  z.strictObject({ ...common, kind: z.literal("redirect"), to: z.string(), status: z.int().min(300).max(399).default(302) }),
  /** A well-formed JSON answer of at least this many bytes. */
  z.strictObject({
    ...common,
    kind: z.literal("huge"),
    bytes: z
      .int()
      .positive()
      .default(10 * 1024 * 1024),
  }),
  /** Nothing comes back and the connection stays open. */
  z.strictObject({ ...common, kind: z.literal("hang") }),
  /** The connection is cut; with `after` the work was done and only the answer is lost. */
  z.strictObject({ ...common, kind: z.literal("close"), when: z.enum(["before", "after"]).default("before") }),
  z.strictObject({ ...common, kind: z.literal("invalid-client") }),
  z.strictObject({ ...common, kind: z.literal("invalid-grant") }),
  /** 429; `retryAfter` in seconds or as an HTTP date. */
  z.strictObject({
    ...common,
    kind: z.literal("too-many-requests"),
    retryAfter: z.union([z.int().nonnegative(), z.string()]).default(1),
  }),
  /** Success by its status, failure by its body, as some APIs do. */
  z.strictObject({ ...common, kind: z.literal("error-in-200"), error: z.string().default("token_expired") }),
  /** Any answer at all. A text body goes out as it is, anything else as JSON. */
  z.strictObject({
    ...common,
    kind: z.literal("answer"),
    status: z.int().min(200).max(599).default(200),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.unknown(),
  }),
]);
export type Fault = z.output<typeof faultSchema>;
export type FaultInput = z.input<typeof faultSchema>;

/** The faults that were asked for and are still to come, oldest first. */
export class FaultPlan {
  #pending: Fault[] = [];

  /** Throws ZodError for a fault there is none of. */
  add(input: FaultInput): void {
    this.#pending.push(faultSchema.parse(input));
  }

  /** The fault for this request, used up by one. */
  take(route: Route, path: string, grant?: string): Fault | undefined {
    for (const fault of this.#pending) {
      if (fault.on !== route) continue;
      if (fault.grant !== undefined && fault.grant !== grant) continue;
      if (fault.path !== undefined && !path.startsWith(fault.path)) continue;
      if (fault.skip > 0) {
        fault.skip -= 1;
        continue;
      }
      fault.times -= 1;
      if (fault.times === 0) this.#pending = this.#pending.filter((other) => other !== fault);
      return fault;
    }
    return undefined;
  }

  get pending(): readonly Fault[] {
    return this.#pending;
  }

  clear(): void {
    this.#pending = [];
  }
}

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms).unref());

/**
 * Misbehaves as told.
 * @returns true when the request has been dealt with, false when the real work is still to be done.
 */
export async function misbehave(fault: Fault, res: ServerResponse): Promise<boolean> {
  switch (fault.kind) {
    case "server-error":
      sendJson(res, fault.status, { error: "server_error", error_description: "The sandbox was told to fail." });
      return true;
    case "slow":
      if (fault.when === "before") await sleep(fault.ms);
      else delayEnd(res, fault.ms);
      return false;
    case "close":
      if (fault.when === "before") {
        res.socket?.destroy();
        return true;
      }
      cutAtEnd(res);
      return false;
    case "drip":
      await drip(res, fault.everyMs, fault.bytes);
      return true;
    case "redirect":
      redirectTo(res, fault.to, fault.status);
      return true;
    case "huge":
      sendHuge(res, fault.bytes);
      return true;
    case "hang":
      return true;
    case "invalid-client":
      sendJson(res, 401, { error: "invalid_client", error_description: "client authentication failed" });
      return true;
    case "invalid-grant":
      sendJson(res, 400, { error: "invalid_grant", error_description: "grant request is invalid" });
      return true;
    case "too-many-requests":
      sendJson(
        res,
        429,
        { error: "rate_limited", error_description: "Too many requests." },
        { "retry-after": String(fault.retryAfter) },
      );
      return true;
    case "error-in-200":
      sendJson(res, 200, { ok: false, error: fault.error });
      return true;
    case "answer":
      if (typeof fault.body === "string") res.writeHead(fault.status, fault.headers).end(fault.body);
      else sendJson(res, fault.status, fault.body ?? {}, fault.headers);
      return true;
  }
}

/** A JSON object with a padding member, written without holding it in memory. */
export function sendHuge(res: ServerResponse, bytes: number): void {
  res.writeHead(200, { "content-type": "application/json" });
  res.write('{"access_token":"never-reached","token_type":"Bearer","padding":"');
  const chunk = "x".repeat(64 * 1024);
  let sent = 0;
  const pump = (): void => {
    while (sent < bytes && !res.destroyed) {
      sent += chunk.length;
      if (!res.write(chunk)) return void res.once("drain", pump);
    }
    if (!res.destroyed) res.end('"}');
  };
  pump();
}

/** One blank at a time: legal before a JSON value, so a reader without a deadline waits forever. */
export async function drip(res: ServerResponse, everyMs: number, bytes: number): Promise<void> {
  res.writeHead(200, { "content-type": "application/json" });
  for (let sent = 0; sent < bytes && !res.destroyed; sent += 1) {
    res.write(" ");
    await sleep(everyMs);
  }
  if (!res.destroyed) res.end("{}");
}

function delayEnd(res: ServerResponse, ms: number): void {
  const end = res.end.bind(res) as (...args: unknown[]) => ServerResponse;
  res.end = ((...args: unknown[]) => {
    setTimeout(() => end(...args), ms).unref();
    return res;
  }) as typeof res.end;
}

function cutAtEnd(res: ServerResponse): void {
  const cut = (() => {
    res.socket?.destroy();
    return true;
  }) as unknown;
  res.write = cut as typeof res.write;
  res.end = ((): ServerResponse => {
    res.socket?.destroy();
    return res;
  }) as typeof res.end;
}

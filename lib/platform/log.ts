import { AsyncLocalStorage } from "node:async_hooks";
import pino, { type Logger } from "pino";
import { randomToken } from "@/lib/kernel/ids";
import { redactJsonLine, redactor } from "@/lib/kernel/redact";
import { expose } from "@/lib/kernel/expose";
import type { Secret } from "@/lib/kernel/secret";
import { env } from "./env";
import { singleton } from "./singleton";

interface RequestContext {
  readonly requestId: string;
  /** None until one is hidden: most requests open no secret. */
  secrets: Set<string> | null;
  redact: ((line: string) => string) | null;
}

const contexts = () => singleton("request-context", () => new AsyncLocalStorage<RequestContext>());

/** A new id for a request, 96 bits or more: `req_…`. */
export const newRequestId = (): string => `req_${randomToken(96)}`;

/** Runs `work` as one request: every line logged meanwhile carries its id and none carries a secret registered in it. */
export function withRequest<T>(requestId: string, work: () => T): T {
  return contexts().run({ requestId, secrets: null, redact: null }, work);
}

/** The id of the request that is being served, or null outside of one. */
export const currentRequestId = (): string | null => contexts().getStore()?.requestId ?? null;

/** From here on this request's log lines hide the value in raw, base64, URL-encoded and JSON-escaped form (S-14). No effect outside a request. */
export function hideInLog(value: Secret): void {
  const context = contexts().getStore();
  if (!context) return;
  (context.secrets ??= new Set()).add(expose(value));
  context.redact = null;
}

function writeLine(line: string): void {
  line = redactJsonLine(line);
  const context = contexts().getStore();
  if (context?.secrets) {
    context.redact ??= redactor([...context.secrets]);
    line = context.redact(line);
  }
  process.stdout.write(line);
}

/** The process's log: one JSON object per line on standard output. Fields with telling names (password, token, …) are blanked. */
export const log = (): Logger =>
  singleton("log", () =>
    pino(
      {
        level: env().logLevel,
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        mixin: () => {
          const requestId = currentRequestId();
          return requestId === null ? {} : { requestId };
        },
      },
      { write: writeLine },
    ),
  );

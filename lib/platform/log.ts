import { AsyncLocalStorage } from "node:async_hooks";
import pino, { type Logger } from "pino";
import { randomToken } from "@/lib/kernel/ids";
import { redactJsonLine } from "@/lib/kernel/redact";
import { env } from "./env";
import { singleton } from "./singleton";

const contexts = () => singleton("request-context", () => new AsyncLocalStorage<{ readonly requestId: string }>());

/** A new id for a request, 96 bits or more: `req_…`. */
export const newRequestId = (): string => `req_${randomToken(96)}`;

/** Runs `work` as one request: every line logged meanwhile carries its id. Every promise that is made in it costs a little more. */
export function withRequest<T>(requestId: string, work: () => T): T {
  return contexts().run({ requestId }, work);
}

/** The id of the request that is being served, or null outside of one. */
export const currentRequestId = (): string | null => contexts().getStore()?.requestId ?? null;

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
      { write: (line: string) => process.stdout.write(redactJsonLine(line)) },
    ),
  );

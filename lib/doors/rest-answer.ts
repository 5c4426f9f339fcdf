import { z } from "@hono/zod-openapi";
import { ERROR_STATUS, type ErrorCode } from "@/lib/kernel/errors";
import type { Failure } from "@/lib/kernel/result";
import { newRequestId } from "@/lib/platform/log";

/** JSON that is written already: parts of it are the same in many answers. */
export class WrittenJson {
  /** In: until when it stays true as long as nothing is committed (ms), where that is known. */
  constructor(
    readonly text: string,
    readonly until?: number,
  ) {}
}

/** Written rows as one written array. */
export const writtenArray = (rows: readonly WrittenJson[]): WrittenJson =>
  new WrittenJson(`[${rows.map((row) => row.text).join(",")}]`);

/** A provider's own answer, handed on as it came. */
export class PassedOn {
  constructor(
    readonly body: string,
    readonly contentType: string,
  ) {}
}

/** Where the documented contract has another status than the rest of Keyway. */
const STATUS: Readonly<Record<ErrorCode, number>> = { ...ERROR_STATUS, "name.in_use": 400 };

/** Every error of the API. */
export const errorSchema = z
  .object({
    Message: z.string(),
    Code: z.string().openapi({ description: "Stable and dotted, such as object.not_found." }),
    RequestId: z.string(),
    Errors: z.record(z.string(), z.string()).optional().openapi({ description: "What is wrong, by name." }),
    Response: z
      .object({ Status: z.int(), Headers: z.record(z.string(), z.string()), Body: z.string() })
      .optional()
      .openapi({ description: "A provider's own answer, with every secret replaced." }),
  })
  .openapi("Error");

/** Headers of every answer: for one client and one moment, and never anything but what they say they are. */
export const HEADERS = {
  "content-type": "application/json; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

export const json = (status: number, text: string, headers: Record<string, string> = {}): Response =>
  new Response(text, { status, headers: { ...HEADERS, ...headers } });

/** An expected failure as the API tells it. */
export function failed(failure: Failure, requestId: string | undefined, headers: Record<string, string> = {}): Response {
  const { code, message, fields, details = {} } = failure;
  const status = STATUS[code];
  const retryAfter = details.retryAfter;
  return json(
    status,
    JSON.stringify({
      Message: message,
      Code: code,
      RequestId: requestId ?? newRequestId(),
      ...(fields && Object.keys(fields).length > 0 ? { Errors: fields } : {}),
      ...(details.response === undefined ? {} : { Response: details.response }),
    }),
    {
      ...(typeof retryAfter === "number" ? { "retry-after": String(retryAfter) } : {}),
      ...(status === 401 ? { "www-authenticate": code === "auth.required" ? "Bearer" : 'Bearer error="invalid_token"' } : {}),
      ...headers,
    },
  );
}

/** What went well. In: the value, written or not, and its status. */
export function answered(value: unknown, status: number, headers: Record<string, string> = {}): Response {
  if (value instanceof PassedOn) return json(status, value.body, { ...headers, "content-type": value.contentType });
  return json(status, value instanceof WrittenJson ? value.text : JSON.stringify(value ?? null), headers);
}

/** A page of a list as its bare array, with the counts in headers. */
export function listed(
  rows: readonly unknown[],
  total: number,
  pageSize: number,
): { readonly text: string; readonly headers: Record<string, string> } {
  return {
    text: `[${rows.map((row) => (row instanceof WrittenJson ? row.text : JSON.stringify(row))).join(",")}]`,
    headers: { "total-pages": String(Math.ceil(total / pageSize)), "total-records": String(total) },
  };
}

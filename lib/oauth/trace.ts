import type { Prepared } from "@/lib/auth-methods/apply";
import { redactHeaders, redactUrl } from "@/lib/kernel/redact";

/** One exchange as the timeline shows it: never a secret in it. */
export interface HttpTrace {
  readonly request: string;
  readonly response: string;
}

const MAX_BODY = 2000;

/** Writes an exchange with every secret replaced. A body of a successful token answer is left out altogether. */
export function httpTrace(
  prepared: Prepared,
  answer: { status: number; body: string | null } | null,
  redact: (text: string) => string,
): HttpTrace {
  const { request } = prepared;
  const headers = Object.entries(redactHeaders(request.headers) as Record<string, string>).map(
    ([name, value]) => `${name}: ${redact(String(value))}`,
  );
  const body = request.body ? [redact(request.body).slice(0, MAX_BODY)] : [];
  return {
    request: [`${request.method} ${redact(redactUrl(request.url))}`, ...headers, ...body].join("\n"),
    response:
      answer === null
        ? "No answer"
        : `${answer.status}${answer.body === null ? "" : `  ${redact(answer.body).slice(0, MAX_BODY)}`}`,
  };
}

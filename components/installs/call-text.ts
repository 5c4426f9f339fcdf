import { prettyBody } from "./pretty-body";

/** Headers as they stand in a message, a line each. */
export const headerLines = (headers: Readonly<Record<string, string | readonly string[]>>): string =>
  Object.entries(headers)
    .flatMap(([name, value]) => (typeof value === "string" ? [value] : value).map((v) => `${name}: ${v}`))
    .join("\n");

/** A request as text: its line, headers and body. */
export const requestText = (request: {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | null;
}): string =>
  `${request.method} ${request.url}\n${headerLines(request.headers)}${request.body ? `\n\n${prettyBody(request.body)}` : ""}`;

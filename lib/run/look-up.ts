import type { AccountScope } from "@/lib/access/types";
import type { ApiCall } from "@/lib/auth-methods/apply";
import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
import { atPath } from "@/lib/auth-methods/token-response";
import { saveLookup } from "@/lib/installs/mutations";
import { ok, type Result } from "@/lib/kernel/result";
import type { OpenedConnection } from "@/lib/oauth/values";
import { sendCall } from "./send";

type HttpRequest = NonNullable<ConnectorDefinition["verification"]>;

/** The calls of a request of a definition, in the order in which they are tried. */
export const requestsOf = (request: HttpRequest): ApiCall[] =>
  [...(request.url ? [request.url] : []), ...(request.paths ?? [])].map((path) => ({
    method: request.method,
    path,
    ...(request.headers ? { headerTemplates: request.headers } : {}),
    ...(request.body === undefined ? {} : { body: request.body }),
  }));

/** Runs the look-ups that follow authentication and keeps their values as properties (domain section 4). Out: whether it found any. */
export async function lookUp(scope: AccountScope, opened: OpenedConnection): Promise<Result<boolean>> {
  let found = false;
  for (const { request, save } of opened.definition.postConnect ?? []) {
    // A look-up that fills nothing this method uses would send its credential somewhere for nothing.
    const wanted = new Set(opened.resolved.flatMap((r) => (r.parameter.source === "postConnect" ? [r.name] : [])));
    if (!Object.keys(save).some((name) => wanted.has(name))) continue;
    let body: unknown = null;
    for (const call of requestsOf(request)) {
      const sent = await sendCall(opened, call);
      if (!sent.ok) return sent;
      if (sent.value.failure) continue;
      try {
        body = JSON.parse(sent.value.body);
      } catch {
        continue;
      }
      break;
    }
    const values = Object.entries(save).flatMap(([name, path]) => {
      const value = atPath(body, path);
      return typeof value === "string" || typeof value === "number"
        ? [{ kind: "set" as const, name, value: String(value), isSecret: false }]
        : [];
    });
    if (values.length === 0) continue;
    await saveLookup(scope, opened.install.id, values);
    found = true;
  }
  return ok(found);
}

import type { KeptRead } from "@/lib/api-clients/data";
import { answeredBefore } from "@/lib/doors/rest-kept";
import { ACCOUNT_HEADER } from "@/lib/doors/rest-token";
import type { Soon } from "@/lib/kernel/soon";

/**
 * The answer to a request, where the very same was asked before and nothing has been committed since (see `answeredBefore`). In: the request as it
 * came in, and the client's address. Null: it has to be asked in full.
 */
export function keptAnswer(
  request: {
    readonly method?: string | undefined;
    readonly url?: string | undefined;
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  },
  ip: string | null,
): Soon<KeptRead | null> {
  if (request.method !== "GET") return null;
  const { authorization, [ACCOUNT_HEADER]: account } = request.headers;
  if (typeof authorization !== "string" || typeof account === "object") return null;
  return answeredBefore({ url: request.url ?? "/", authorization, account, ip });
}

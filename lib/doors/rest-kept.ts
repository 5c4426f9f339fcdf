import type { Context } from "hono";
import { keptReads, provedToken, type KeptRead } from "@/lib/api-clients/data";
import { IP_HEADER } from "@/lib/access/request";
import { tokenHash } from "@/lib/access/tokens";
import { now } from "@/lib/kernel/clock";
import { soon, type Soon } from "@/lib/kernel/soon";
import { HEADERS } from "./rest-answer";
import { ACCOUNT_HEADER, bearerOf, countRequest } from "./rest-token";

/** What the answer to a read depends on besides what is stored. */
export interface AskedRead {
  /** Path and query as they came. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly account: string | undefined;
  readonly ip: string | null;
}

/** Longer answers are written anew each time. */
const LONGEST = 128 * 1024;

/** No token stays in memory as it is. */
const keyOf = ({ url, authorization, account, ip }: AskedRead): string =>
  tokenHash([authorization, account, ip, url].map((part) => part ?? "").join("\n"));

/**
 * The answer to a read that was asked before with the same token, from the same address, and since when no process has committed
 * anything: whatever was proved then still holds. The request is counted. Null: it has to be asked in full.
 */
export function answeredBefore(asked: AskedRead): Soon<KeptRead | null> {
  if (asked.authorization === undefined) return null;
  const found = keptReads().get(keyOf(asked));
  if (!found || found.until <= now()) return null;
  return soon(countRequest(found.apiClientId), ({ ok }) => (ok ? found : null));
}

export type Keep = (text: string, headers: Readonly<Record<string, string>>, until: number) => Promise<void>;

/** How the answer to this request is kept. To be asked for before anything is read for it, the token included. */
export function keeperOf(c: Context): Keep {
  const reads = keptReads();
  return async (text, headers, until) => {
    const authorization = c.req.header("authorization");
    const token = await provedToken(bearerOf(authorization) ?? "");
    const body = Buffer.from(text);
    if (!token || body.byteLength > LONGEST) return;
    const { url } = c.req;
    const asked = {
      url: url.slice(url.indexOf("/", url.indexOf("://") + 3)),
      authorization,
      account: c.req.header(ACCOUNT_HEADER),
      ip: c.req.header(IP_HEADER) ?? null,
    };
    // What every answer carries is the server's own to add.
    const { "x-content-type-options": _, ...own } = { ...HEADERS, ...headers, "content-length": String(body.byteLength) };
    reads.set(keyOf(asked), {
      headers: Object.entries(own).flat(),
      body,
      apiClientId: token.apiClientId,
      until: Math.min(until, token.expiresAt),
    });
  };
}

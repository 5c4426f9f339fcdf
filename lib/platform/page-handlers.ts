import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** Next's entry point of one page: "Invoking Entrypoints" in its documentation of adapters. */
type PageHandler<Request, Response> = (request: Request, response: Response, context: Record<string, never>) => Promise<unknown>;

/** What is looked at of a request of `node:http`. */
interface PageRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
}

interface DynamicRoute {
  readonly page: string;
  readonly regex: RegExp;
}

/** The part of Next's `routes-manifest.json` that is read here. */
interface RoutesManifest {
  readonly dynamicRoutes: readonly { readonly page: string; readonly regex: string }[];
}

/** What Next's router takes for its own messages: such a request goes through that router, which drops or answers them. */
const ROUTER_HEADER = /^(rsc|next-|x-next|x-middleware-|x-matched-path|x-now-)/;

/** Nothing that a router would decode, normalise or redirect. */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/;

/**
 * The pages of a build by their path, to be called without Next's router and its search of folders, rewrites and redirects:
 * an eighth of what a page costs. Only a browser's plain request for a document is answered so. Everything else (files, actions,
 * navigation within a page, what isn't there, an address that is redirected) gives null and is left to Next's server. A redirect
 * from the address of a page would not be seen.
 *
 * In: the folder of a Next build. Throws where the build has no manifests.
 */
export function pageHandlers<Request extends PageRequest, Response>(
  buildFolder: string,
): (request: Request) => PageHandler<Request, Response> | null {
  type Handler = PageHandler<Request, Response>;
  const read = <T>(name: string): T => JSON.parse(readFileSync(path.join(buildFolder, name), "utf8")) as T;
  /** By the path that is asked for, `[name]` for a part that varies: the entry's own name. */
  const entries = new Map(
    Object.entries(read<Record<string, string>>("app-path-routes-manifest.json")).map(([entry, page]) => [page, entry]),
  );
  const dynamic: readonly DynamicRoute[] = read<RoutesManifest>("routes-manifest.json").dynamicRoutes.map(({ page, regex }) => ({
    page,
    regex: new RegExp(regex),
  }));
  const load = createRequire(path.join(buildFolder, "package.json"));
  const loaded = new Map<string, Handler | null>();

  const handlerOf = (page: string): Handler | null => {
    const before = loaded.get(page);
    if (before !== undefined) return before;
    const entry = entries.get(page);
    const file = entry?.endsWith("/page") ? path.join(buildFolder, "server/app", `${entry}.js`) : null;
    const handler = file && existsSync(file) ? (load(file) as { handler?: Handler }).handler : null;
    loaded.set(page, handler ?? null);
    return handler ?? null;
  };

  return ({ method, url = "/", headers }) => {
    if (method !== "GET") return null;
    const at = url.indexOf("?");
    const asked = at === -1 ? url : url.slice(0, at);
    if (!PLAIN_PATH.test(asked) || asked.startsWith("/_")) return null;
    for (const name in headers) if (ROUTER_HEADER.test(name)) return null;
    const page = entries.has(asked) ? asked : dynamic.find(({ regex }) => regex.test(asked))?.page;
    return page === undefined ? null : handlerOf(page);
  };
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { serveAuthFields } from "./auth-fields";
import { AUTHORIZE, AuthorizationServer, REVOKE, TOKEN, USERINFO } from "./authorization-server";
import { identify, KeyRing } from "./callers";
import { ContactBook } from "./contacts";
import { SandboxControl, serveControl } from "./control";
import { serveCrm } from "./crm";
import { misbehave, type Route } from "./faults";
import { homePage } from "./home";
import { closeServer, formOf, isJson, jsonOf, listen, receive, sendJson, sendPage, type Received } from "./http";
import { Interactions } from "./interactions";
import { OAuth1Server } from "./oauth1-server";
import { notFoundPage } from "./pages";
import { SandboxState, type Caller, type LoggedRequest } from "./state";

export interface SandboxOptions {
  /** 0 takes any free one. */
  readonly port: number;
  readonly host?: string;
  /** The address browsers and clients use, where it is another one; without a trailing slash. */
  readonly publicUrl?: string;
  /** Serves the control API under `/_control`; without it that answers 404. */
  readonly control?: boolean;
}

export interface SandboxProvider {
  readonly url: string;
  readonly port: number;
  readonly control: SandboxControl;
  close(): Promise<void>;
}

/**
 * Starts the sandbox provider: a company with a CRM API, an authorization server and pages of its own, in memory.
 * Rejects with the error of `listen`, such as EADDRINUSE.
 */
export async function startSandboxProvider(options: SandboxOptions): Promise<SandboxProvider> {
  const { port: wantedPort, host = "127.0.0.1", publicUrl, control: controlOverHttp = false } = options;
  const http = createServer();
  http.keepAliveTimeout = 30_000;
  const port = await listen(http, wantedPort, host);
  const url = publicUrl?.replace(/\/$/, "") ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const front = await Front.create(url, controlOverHttp);
  http.on("request", (req, res) => void front.accept(req, res));
  return {
    url,
    port,
    control: front.control,
    close: () => closeServer(http),
  };
}

/** The front door: logs, misbehaves where told to, and hands each request to the part it is for. */
class Front {
  readonly control: SandboxControl;
  readonly #interactions: Interactions;

  private constructor(
    private readonly base: string,
    private readonly controlOverHttp: boolean,
    private readonly state: SandboxState,
    private readonly server: AuthorizationServer,
    private readonly keys = new KeyRing(),
    private readonly book = new ContactBook(),
    private readonly oauth1 = new OAuth1Server(state, book),
  ) {
    this.control = new SandboxControl({ state, server, keys, book, oauth1 });
    this.#interactions = new Interactions(server, state);
  }

  static async create(base: string, controlOverHttp: boolean): Promise<Front> {
    const state = new SandboxState();
    return new Front(base, controlOverHttp, state, await AuthorizationServer.create(base, state));
  }

  async accept(req: IncomingMessage, res: ServerResponse): Promise<void> {
    try {
      const received = await receive(req, res, this.base);
      if (received.url.pathname.startsWith("/_control")) {
        if (this.controlOverHttp) await serveControl(received, this.control);
        else sendJson(res, 404, { error: "not_found", error_description: "There is no such endpoint." });
        return;
      }
      const entry = this.#log(received);
      const fault = entry.route === null ? undefined : this.state.faults.take(entry.route, entry.path, entry.grant);
      if (fault) entry.fault = fault.kind;
      if (fault && (await misbehave(fault, res))) return;
      await this.#dispatch(received, entry);
    } catch (error) {
      if (res.headersSent || res.destroyed) return void res.destroy();
      if (error instanceof RangeError) return sendJson(res, 413, { error: "too_large", error_description: error.message });
      console.error(error);
      sendJson(res, 500, { error: "server_error", error_description: "The sandbox failed unexpectedly." });
    }
  }

  #log(received: Received): LoggedRequest {
    const { method, url, headers, body, res } = received;
    const route = routeOf(url.pathname);
    const grant = route === "token" ? grantOf(received) : undefined;
    const entry = this.state.record({
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers,
      body: body.toString("utf8"),
      route,
      ...(grant === undefined ? {} : { grant }),
    });
    res.once("finish", () => (entry.status = res.statusCode));
    return entry;
  }

  async #dispatch(received: Received, entry: LoggedRequest): Promise<void> {
    const { pathname } = received.url;
    const { res } = received;
    if (pathname.startsWith("/api/auth-fields/")) {
      const caller = serveAuthFields(received, pathname.slice("/api/auth-fields".length), this.book);
      if (caller) entry.caller = caller;
      return;
    }
    const open = /^\/open(\/.*)$/.exec(pathname)?.[1];
    if (open !== undefined) {
      const caller: Caller = { via: "nothing", in: "", subject: null, client: null, account: "acme", scopes: ["contacts.read"] };
      entry.caller = caller;
      return serveCrm(received, open, caller, this.book);
    }
    const crmPath = /^(?:\/instances\/na7)?\/api(?:\/keys\/[^/]+)?(\/.*)$/.exec(pathname)?.[1];
    if (crmPath !== undefined) return this.#api(received, crmPath, entry);
    if (/^\/(?:(?:auth|token|userinfo|jwks)(?:\/|$)|quirks\/|\.well-known\/)/.test(pathname)) return this.server.handle(received);
    if (pathname.startsWith("/oauth1/")) {
      const caller = this.oauth1.handle(received);
      if (caller) entry.caller = caller;
      return;
    }
    if (pathname.startsWith("/interaction/")) return this.#interactions.handle(received);
    if (pathname === "/" && received.method === "GET") return sendPage(res, 200, homePage(this.base));
    if (pathname === "/favicon.ico") return void res.writeHead(204).end();
    sendPage(res, 404, notFoundPage());
  }

  async #api(received: Received, path: string, entry: LoggedRequest): Promise<void> {
    const caller = await identify(received, this.keys, this.server);
    if ("via" in caller) {
      entry.caller = caller;
      return serveCrm(received, path, caller, this.book);
    }
    // RFC 6750, 3.1: no error code where no credential was sent at all.
    const reason =
      caller.error === "missing_credential" ? "" : `, error="invalid_token", error_description="${caller.error_description}"`;
    sendJson(received.res, 401, caller, { "www-authenticate": `Bearer realm="sandbox"${reason}, Basic realm="sandbox"` });
  }
}

function routeOf(path: string): Route | null {
  if (path === AUTHORIZE || /^\/quirks\/[^/]+\/authorize$/.test(path)) return "authorize";
  if (path === TOKEN || /^\/quirks\/[^/]+\/token$/.test(path)) return "token";
  if (path === REVOKE) return "revoke";
  if (path === USERINFO) return "userinfo";
  if (path.startsWith("/oauth1/api/")) return "oauth1-api";
  if (path.startsWith("/oauth1/")) return "oauth1";
  return /^(?:\/instances\/[^/]+)?\/api\//.test(path) ? "api" : null;
}

function grantOf(received: Received): string | undefined {
  const parameter = isJson(received) ? jsonOf(received)?.grant_type : formOf(received).get("grant_type");
  const grant = parameter ?? received.url.searchParams.get("grant_type");
  return typeof grant === "string" ? grant : undefined;
}

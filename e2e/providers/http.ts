import { IncomingMessage, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import { Socket, type AddressInfo } from "node:net";

/** One received request, its body already read: everything behind the front door works on this. */
export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

const BODY_LIMIT = 1024 * 1024;

/** Reads a request whole. Throws RangeError when its body is larger than 1 MB. */
export async function receive(req: IncomingMessage, res: ServerResponse, base: string): Promise<Received> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new RangeError("The request body is larger than 1 MB.");
    chunks.push(chunk);
  }
  const host = req.headers.host;
  const origin = host ? `${new URL(base).protocol}//${host}` : base;
  const target = (req.url ?? "/").replace(/^\/+/, "/");
  return {
    method: req.method ?? "GET",
    url: new URL(target, origin),
    headers: req.headers,
    body: Buffer.concat(chunks),
    req,
    res,
  };
}

/**
 * A request that can be read again, for a library that wants to read the body itself. It hangs on a socket of
 * its own so that its end can't close the connection the answer goes out on.
 */
export function replay(
  received: Received,
  changed: { path?: string; body?: Buffer | string; headers?: IncomingHttpHeaders } = {},
) {
  const copy = new IncomingMessage(new Socket());
  const body = changed.body === undefined ? received.body : Buffer.from(changed.body);
  copy.method = received.method;
  copy.url = changed.path ?? received.url.pathname + received.url.search;
  copy.httpVersion = "1.1";
  copy.headers = { ...received.headers, ...changed.headers };
  if (body.length > 0) {
    copy.headers["content-length"] = String(body.length);
    copy.push(body);
  }
  delete copy.headers["transfer-encoding"];
  copy.push(null);
  copy.complete = true;
  return copy;
}

/** The parameters of a form body; empty where the body is of another type. */
export function formOf(received: Received): URLSearchParams {
  const type = received.headers["content-type"] ?? "";
  return new URLSearchParams(/^application\/x-www-form-urlencoded\b/i.test(type) ? received.body.toString("utf8") : "");
}

/** The object of a JSON body, or undefined where it is none. */
export function jsonOf(received: Received): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(received.body.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export function isJson(received: Received): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(received.headers["content-type"] ?? "");
}

/** Username and password of a Basic Authorization header (RFC 7617), or undefined. */
export function basicOf(header: string | undefined): { username: string; password: string } | undefined {
  const encoded = /^basic\s+([A-Za-z0-9+/=_-]+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  return colon === -1 ? undefined : { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

export function sendJson(res: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  res.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers });
  res.end(JSON.stringify(body));
}

/** A page: no script, no foreign asset, no frame around it, no address of it in a referrer. */
export function sendPage(res: ServerResponse, status: number, html: string): void {
  res.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  res.end(html);
}

export function redirectTo(res: ServerResponse, location: string, status = 303): void {
  res.writeHead(status, { location, "cache-control": "no-store", "content-length": "0" });
  res.end();
}

/** Listens and gives the port, which is a free one where `port` is 0. Rejects with the error, such as EADDRINUSE. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      done((server.address() as AddressInfo).port);
    });
  });
}

/** Stops listening and cuts what is still open. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((done, failed) => {
    server.close((error) => (error ? failed(error) : done()));
    server.closeAllConnections();
  });
}

import { existsSync, mkdirSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { getRequestListener } from "@hono/node-server";
import compression from "compression";
import next from "next";
import { startCheckpoints } from "./db/checkpoints";
import { openDatabase, setDatabase } from "./db/client";
import { migrate, NewerDatabaseError } from "./db/migrate";
import { loadLibrary } from "./db/seeds/connectors/load";
import { sandboxConnectors } from "./db/seeds/connectors/sandbox";
import { utilityConnectors } from "./db/seeds/connectors/utility";
import { connectorDefinitionSchema } from "./lib/auth-methods/definition";
import { IP_HEADER, REQUEST_ID_HEADER } from "./lib/access/request";
import { setAnswerCipher } from "./lib/access/answer-cipher";
import { setSessionKey } from "./lib/access/session-key";
import { syncLibrary } from "./lib/catalog/mutations";
import { seedDemo } from "./lib/demo/seed";
import { randomToken } from "./lib/kernel/ids";
import { closeEgress } from "./lib/platform/egress-connections";
import { clientAddress, BASE_HEADERS, comesFromOwnPage, contentSecurityPolicy } from "./lib/platform/web";
import { ConfigurationError, env } from "./lib/platform/env";
import { log, newRequestId, withRequest } from "./lib/platform/log";
import { pageHandlers } from "./lib/platform/page-handlers";
import { api } from "./lib/rest/app";
import { keptAnswer } from "./lib/rest/kept-reads";
import { startDeliveries } from "./lib/run/deliver";
import { startEngine } from "./lib/run/engine";
import { startKeepAlive } from "./lib/run/keep-alive";
import { receiveWebhook } from "./lib/run/webhook";
import { closeScripts, useScriptWorker } from "./lib/scripts/pool";
import { deriveKey, keptAnswers } from "./lib/vault/keys";
import { loadConfiguredKey, MasterKeyError } from "./lib/vault/master";
import { checkMasterKey } from "./lib/vault/mutations";

// V8 puts objects of a kind that used to live long straight into the old space. What one request leaves there keeps all of it alive, and
// each collection of the young space takes three times as long (docs/decisions/025-runs.md).
setFlagsFromString("--no-allocation-site-pretenuring");

/** Step by step: Node's own recursive mkdir never returns where a parent takes no folders, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** Opens and checks everything that a request needs. Throws with a sentence before anything is changed. */
async function prepare() {
  const settings = env();
  // A new key could open nothing of a database that is there already.
  const mayGenerate = (!settings.production || settings.allowGeneratedKey) && !existsSync(settings.databaseFile);
  if (mayGenerate) makeFolder(path.dirname(settings.masterKeyFile));
  const { key, made } = loadConfiguredKey(mayGenerate);
  if (made)
    log().info(
      { file: made },
      "A master key was made. Keep a copy of it apart from the database: without it no stored secret can be opened.",
    );
  makeFolder(path.dirname(settings.databaseFile));
  const database = openDatabase(settings.databaseFile);
  const { applied, version } = migrate(database);
  setDatabase(database);
  await checkMasterKey();
  setSessionKey(deriveKey(key.key, "session cookies"));
  setAnswerCipher(keptAnswers(deriveKey(key.key, "kept answers")));
  const sandbox = settings.demo ? await startSandbox() : null;
  const utilities = new Set(utilityConnectors().map((d) => d.slug));
  const definitions = [
    ...loadLibrary((d) => connectorDefinitionSchema.parse(d)),
    ...(sandbox ? sandboxConnectors(sandbox.url).map((d) => connectorDefinitionSchema.parse(d)) : []),
  ];
  const synced = await syncLibrary(
    definitions.map((definition) => ({ definition, kind: utilities.has(definition.slug) ? "utility" : "application" })),
  );
  log().info({ applied, version, ...synced }, "database ready");
  if (sandbox)
    await seedDemo({ url: settings.publicUrl, sandboxUrl: sandbox.url, file: path.join(settings.dataDir, "demo.json") });
  return { settings, database, sandbox };
}

/** The sandbox provider lives in this process for the demonstration only, so it is loaded only then. */
async function startSandbox() {
  // Measurements bring a provider of their own, in a process of its own.
  const elsewhere = process.env.SANDBOX_URL;
  if (elsewhere) return { url: elsewhere, close: async () => undefined };
  const { startSandboxProvider } = await import("./e2e/providers/sandbox");
  return startSandboxProvider({
    port: Number(process.env.SANDBOX_PORT ?? 3900),
    host: "127.0.0.1",
    control: process.env.SANDBOX_CONTROL === "1",
  });
}

const HSTS = { "strict-transport-security": "max-age=31536000" };

const isApi = (url: string) => /^\/(v1\.0|oauth\/token|docs\/api)(\/|\?|$)/.test(url);
const WEBHOOK = /^\/webhooks\/([A-Za-z0-9_-]{1,200})(?:\?|$)/;

/** Answers a webhook. In: its key, and the headers of every answer; one that a script writes stands in place of its namesake. */
async function takeWebhook(
  key: string,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  perMinute: number,
  base: Readonly<Record<string, string>>,
): Promise<void> {
  const url = request.url ?? "";
  const mark = url.indexOf("?");
  const query = mark < 0 ? "" : url.slice(mark + 1);
  const incoming = { method: request.method ?? "GET", key, query, headers: request.headers, body: request };
  const { status, headers, body } = await receiveWebhook(incoming, perMinute);
  response.writeHead(status, { ...base, ...headers, "content-length": Buffer.byteLength(body) });
  // What is left of a body that is too long isn't waited for.
  if (status === 413) response.end(body, () => request.destroy());
  else response.end(body);
}

/** A provider may answer the browser with a form post (OAuth 2.0 Form Post Response Mode). */
const isProviderPost = (url: string) => url.startsWith("/connector/callback/");

const isSignInWindow = (url: string) => /^\/(connectorauth|connector\/(callback|result))\//.test(url);

function refuse(response: ServerResponse, status: number, message: string): void {
  response
    .writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
    .end(JSON.stringify({ Message: message }));
}

async function start(): Promise<void> {
  const { settings, database, sandbox } = await prepare();
  const publicUrl = new URL(settings.publicUrl);
  process.env.NEXTAUTH_URL = publicUrl.origin;

  // Longer than the minute of a proxy in front: it must not send on a connection that is being closed here.
  const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 66_000 });
  const app = next({ dev: !settings.production, hostname: settings.host, port: settings.port, httpServer: server });
  await app.prepare();
  const pages = app.getRequestHandler();
  const pageOf = settings.production
    ? pageHandlers<IncomingMessage, ServerResponse>(path.resolve(process.env.KEYWAY_DIST_DIR ?? ".next"))
    : () => null;
  // Typed for express, whose requests are these with more to them.
  const compress = compression() as unknown as (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
  const rest = getRequestListener(api().fetch);

  // A context costs each promise in it; what the API and webhooks log names its request itself, but for the lines of outgoing calls.
  const inContext: typeof withRequest = log().isLevelEnabled("debug") ? withRequest : (_requestId, work) => work();
  const baseHeaders = { ...BASE_HEADERS, ...(publicUrl.protocol === "https:" ? HSTS : {}) };
  /** Names and values in turn. */
  const baseInTurn = Object.entries(baseHeaders).flat();

  const carryBaseHeaders = (response: ServerResponse, requestId: string): void => {
    for (const [name, value] of Object.entries(baseHeaders)) response.setHeader(name, value);
    response.setHeader(REQUEST_ID_HEADER, requestId);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = request.url ?? "/";
    const requestId = newRequestId();
    request.headers[REQUEST_ID_HEADER] = requestId;
    const ip = clientAddress(request.socket.remoteAddress, request.headers["x-forwarded-for"], settings.trustProxy);
    request.headers[IP_HEADER] = ip ?? undefined;
    const before = isApi(url) ? keptAnswer(request, ip) : null;
    const kept = before instanceof Promise ? await before : before;
    if (kept) {
      response.writeHead(200, [...baseInTurn, REQUEST_ID_HEADER, requestId, ...kept.headers]).end(kept.body);
      return;
    }
    const webhook = WEBHOOK.exec(url)?.[1];
    if (webhook) {
      const base = { ...baseHeaders, [REQUEST_ID_HEADER]: requestId };
      return inContext(requestId, () => takeWebhook(webhook, { request, response }, settings.webhooksPerMinute, base));
    }
    carryBaseHeaders(response, requestId);
    // A partner's page that opened this window is told how it ended: the tie between both has to hold.
    if (isSignInWindow(url)) response.setHeader("cross-origin-opener-policy", "unsafe-none");
    // A whole address, as proxies are asked, or `*`: nothing here has one, and what is made of it would lead elsewhere.
    if (!url.startsWith("/")) return refuse(response, 400, "A request names a path.");
    if (isApi(url)) return inContext(requestId, () => rest(request, response));

    const method = request.method ?? "GET";
    const origin = { origin: request.headers.origin, site: request.headers["sec-fetch-site"] as string | undefined };
    if (!isProviderPost(url) && !comesFromOwnPage(method, origin, publicUrl.origin)) {
      return refuse(response, 403, "This request comes from another site.");
    }
    if (request.headers.host !== publicUrl.host && method === "GET") {
      response.writeHead(307, { location: publicUrl.origin + url }).end();
      return;
    }
    // Browsers ask for it by this name wherever a page names no icon, such as a provider's error page in our window.
    if (url === "/favicon.ico") {
      response.writeHead(308, { location: "/icon.svg", "cache-control": "public, max-age=86400" }).end();
      return;
    }
    const nonce = randomToken(128);
    const policy = contentSecurityPolicy({ nonce, isDevelopment: !settings.production });
    request.headers["content-security-policy"] = policy;
    response.setHeader("content-security-policy", policy);
    compress(request, response, () => undefined);
    const page = pageOf(request);
    await withRequest(requestId, () => (page ? page(request, response, {}) : pages(request, response)));
  };

  server.on("request", (request, response) => {
    handle(request, response).catch((error: unknown) => {
      const requestId = request.headers[REQUEST_ID_HEADER] as string;
      log().error({ err: error, requestId }, "request failed");
      if (response.headersSent) {
        response.destroy();
        return;
      }
      if (!response.hasHeader(REQUEST_ID_HEADER)) carryBaseHeaders(response, requestId);
      refuse(response, 500, "Something went wrong here. It was logged.");
    });
  });
  server.requestTimeout = 60_000;

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.port, settings.host, resolve);
  });
  log().info({ url: publicUrl.origin, host: settings.host, port: settings.port }, "Keyway is ready");

  // Built beside this very file; from source there are no such neighbours.
  const beside = (name: string) => path.join(import.meta.dirname, name);
  if (existsSync(beside("script-worker.mjs"))) useScriptWorker(beside("script-worker.mjs"));
  const stopCheckpoints = existsSync(beside("checkpoint-worker.mjs")) ? startCheckpoints(beside("checkpoint-worker.mjs")) : null;
  const stopKeepAlive = startKeepAlive();
  const stopEngine = await startEngine({ perAccount: settings.runsPerAccount, atOnce: settings.runsAtOnce });
  const stopDeliveries = startDeliveries();
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log().info({ signal }, "stopping");
    const forced = setTimeout(() => process.exit(1), 15_000);
    forced.unref();
    server.close(() => {
      void (async () => {
        await stopKeepAlive();
        await stopEngine();
        await stopDeliveries();
        await closeScripts();
        await sandbox?.close();
        await closeEgress();
        await app.close();
        await stopCheckpoints?.();
        database.close();
        process.exit(0);
      })();
    });
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 5_000).unref();
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
}

/** Whether the data folder, or what lies in it, can't be made or written. */
function isUnwritable({ code = "", path: file }: NodeJS.ErrnoException): boolean {
  if (/^SQLITE_(CANTOPEN|READONLY|FULL|IOERR)/.test(code)) return true;
  const { dataDir, databaseFile, masterKeyFile } = env();
  const own = [dataDir, path.dirname(databaseFile), path.dirname(masterKeyFile)];
  return (
    file !== undefined && own.some((folder) => file === folder || file.startsWith(folder + path.sep) || folder.startsWith(file))
  );
}

/** What a person who starts Keyway can act on, in a sentence; null for everything else. */
function sentence(error: unknown): string | null {
  if (error instanceof MasterKeyError || error instanceof NewerDatabaseError || error instanceof ConfigurationError)
    return error.message;
  const { code, message, syscall, port: takenPort } = error as NodeJS.ErrnoException & { port?: number };
  const { databaseFile, port, host } = env();
  if (code === "EADDRINUSE") {
    const variable = takenPort === undefined || takenPort === port ? "PORT" : "SANDBOX_PORT";
    return `Port ${takenPort ?? port} on ${host} is taken. Stop what listens there, or start with ${variable} set to another.`;
  }
  if (syscall === "listen")
    return `Keyway can't listen on ${host}:${takenPort ?? port} (${code}). Start with HOST and PORT set to others.`;
  if (isUnwritable(error as NodeJS.ErrnoException)) {
    return `The data folder can't be written: ${databaseFile}. Give this user write access to it, or set KEYWAY_DATA_DIR to another.`;
  }
  if (code === "SQLITE_NOTADB" || code === "SQLITE_CORRUPT")
    return `${databaseFile} isn't a Keyway database, or it is damaged (${message}). Restore a backup.`;
  return null;
}

start().catch((error: unknown) => {
  let told: string | null = null;
  try {
    told = sentence(error);
  } catch (second) {
    told = (second as Error).message;
  }
  process.stderr.write(`${told ?? (error as Error).stack ?? String(error)}\n`);
  process.exit(1);
});

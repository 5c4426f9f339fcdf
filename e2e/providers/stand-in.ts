import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AuthMethod } from "@/lib/auth-methods/definition";
import { kindOf } from "@/lib/auth-methods/registry";
import { basicOf, closeServer, listen, redirectTo, sendJson } from "./http";

/** How one connector's provider speaks: what its definition says, and what its token endpoint has to bring. */
interface Manner {
  readonly method: AuthMethod;
  /** An answer of the authorization server in this provider's own shape. */
  readonly answer: (standard: Readonly<Record<string, unknown>>) => unknown;
  /** Values by which the API knows the caller, in place of the sandbox's key. */
  readonly instead?: readonly string[];
}

const GRANTS = {
  AuthorisationCode: "authorization_code",
  ClientCredentials: "client_credentials",
  PasswordCredentials: "password",
} as const;
const STANDARD = ["client_id", "client_secret", "code", "redirect_uri", "code_verifier", "username", "password"];

interface Request {
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/**
 * A door in front of the sandbox provider that looks like the provider of another connector: parameter names, formats, the place of the
 * credential and the shape of answers are that connector's; who is let in is the sandbox's real authorization server and API alone.
 */
export class StandIn {
  readonly #server: Server;
  #url = "";
  manner: Manner | null = null;
  /** Paths that were asked for, token endpoint included. */
  readonly seen: string[] = [];

  private constructor(
    private readonly sandboxUrl: string,
    private readonly key: string,
  ) {
    this.#server = createServer((req, res) => void this.#serve(req, res));
  }

  /** In: where the sandbox provider runs, and a key that it takes. */
  static async start(sandboxUrl: string, key: string): Promise<StandIn> {
    const made = new StandIn(sandboxUrl, key);
    made.#url = `http://127.0.0.1:${await listen(made.#server, 0, "127.0.0.1")}`;
    return made;
  }

  get url(): string {
    return this.#url;
  }

  close = (): Promise<void> => closeServer(this.#server);

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const url = new URL(req.url ?? "/", this.#url);
    const request = { url, headers: req.headers, body: Buffer.concat(chunks).toString() };
    this.seen.push(url.pathname);
    if (!this.manner) return sendJson(res, 500, { error: "nobody is stood in for" });
    if (url.pathname === "/stand-in/authorize") return redirectTo(res, this.#authorization(request, this.manner));
    const [status, body] =
      url.pathname === "/stand-in/token" ? await this.#token(request, this.manner) : await this.#call(request, this.manner);
    sendJson(res, status, body);
  }

  /** The sandbox's address for an authorization request that was written in the connector's own names. */
  #authorization({ url }: Request, { method }: Manner): string {
    const out = new URL("/auth", this.sandboxUrl);
    const own = (name: string) => method.oauth2?.authorizationNames?.[name] ?? name;
    for (const name of ["client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method"]) {
      const value = own(name) === "" ? null : url.searchParams.get(own(name));
      if (value !== null) out.searchParams.set(name, value);
    }
    out.searchParams.set("response_type", "code");
    out.searchParams.set("scope", "contacts.read");
    return out.href;
  }

  /** Hands a token request on in the standard names; its client and its code are the sandbox's to check. */
  async #token({ url, headers, body }: Request, { method, answer }: Manner): Promise<[number, unknown]> {
    const request = method.oauth2?.tokenRequest;
    const format = request?.format ?? "form";
    const isJson = /json/.test(headers["content-type"] ?? "");
    if (format === "json" && !isJson) return [415, { error: "invalid_request", error_description: "Send JSON." }];
    const given = new Map<string, string>();
    const give = (pairs: Iterable<readonly [string, unknown]>) => {
      for (const [name, value] of pairs) given.set(name.toLowerCase(), String(value));
    };
    give(url.searchParams);
    if (isJson) give(Object.entries(JSON.parse(body) as object));
    else if (format === "form") give(new URLSearchParams(body));
    const form = new URLSearchParams({ grant_type: GRANTS[method.oauth2?.grant ?? "ClientCredentials"] });
    for (const name of STANDARD) {
      const value = given.get((request?.names?.[name] ?? name).toLowerCase());
      if (value) form.set(name, value);
    }
    // Some call the scheme otherwise, with the same pair behind it.
    const authorization = headers.authorization?.replace(/^\S+ (?=[A-Za-z0-9+/]+=*$)/, "Basic ");
    // RFC 6749 section 2.3: a client that authenticates in the header doesn't do so in the body too.
    if (authorization) for (const name of ["client_id", "client_secret"]) form.delete(name);
    const sent = await fetch(`${this.sandboxUrl}/token`, {
      method: "POST",
      body: form,
      ...(authorization ? { headers: { authorization } } : {}),
    });
    const standard = (await sent.json()) as Record<string, unknown>;
    return [sent.status, sent.ok ? answer(standard) : standard];
  }

  /** Takes the credential from where the definition puts it, and asks the sandbox's API who calls. */
  async #call(request: Request, manner: Manner): Promise<[number, unknown]> {
    const credential = this.#presented(request, manner);
    const sent = await fetch(`${this.sandboxUrl}/api/me`, { headers: credential });
    return [sent.status, await sent.json()];
  }

  #presented(request: Request, { method, instead = [] }: Manner): Record<string, string> {
    const login = basicOf(request.headers.authorization);
    const texts = textsAt(request, method);
    const has = (value: string) => texts.some((text) => text.includes(value));
    if (method.type === "OAuth2") {
      const token = /(?:^|[\s=:"])([A-Za-z0-9_-]{40,})/.exec(texts.join("\n"))?.[1];
      return token ? { authorization: `Bearer ${token}` } : {};
    }
    if (has(this.key) || instead.some(has)) return { "x-api-key": this.key };
    return login ? { authorization: request.headers.authorization ?? "" } : {};
  }
}

/** What stands in the places where the definition says that the credential goes, and nowhere else. */
function textsAt({ url, headers, body }: Request, method: AuthMethod): string[] {
  const out: string[] = [];
  for (const { in: place, name = "Authorization" } of kindOf(method).placements(method)) {
    const header = headers[name.toLowerCase()];
    if (place === "header" && typeof header === "string") out.push(header, ...basicTexts(header));
    if (place === "query") out.push(...[...url.searchParams].filter(([key]) => key === name).map(([, value]) => value));
    if (place === "cookie") out.push(decodeURIComponent(headers.cookie ?? ""));
    if (place === "path") out.push(decodeURIComponent(url.pathname));
    if (place === "body") out.push(decodeURIComponent(body));
  }
  if ((method.authFields ?? []).length > 0) out.push(decodeURIComponent(body));
  return out;
}

const basicTexts = (header: string): string[] => {
  const encoded = /^\S+ ([A-Za-z0-9+/=_-]+)$/.exec(header)?.[1];
  return encoded ? [Buffer.from(encoded, "base64").toString()] : [];
};

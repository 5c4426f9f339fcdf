/** Something that answers requests: a server at an address, or the app itself. */
export type Send = (path: string, init: RequestInit) => Promise<Response>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // A client that knows the documents alone reads whatever it is told is there.
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

const METHODS_WITH_BODY = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** A client that knows nothing but the documents: token, account header, JSON in and out. */
export class RestClient {
  private constructor(
    private readonly send: Send,
    readonly token: string,
    readonly account: string | null,
  ) {}

  /** A token by client credentials in the body. Throws where it is refused. */
  static async signIn(send: Send, credentials: { clientId: string; clientSecret: string }, scope?: string): Promise<RestClient> {
    const answer = await RestClient.requestToken(send, {
      grant_type: "client_credentials",
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      ...(scope ? { scope } : {}),
    });
    if (answer.status !== 200) throw new Error(`no token: ${answer.text}`);
    return new RestClient(send, answer.body.access_token as string, null);
  }

  static async requestToken(send: Send, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await send("/oauth/token", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body: new URLSearchParams(form).toString(),
    });
    return read(response);
  }

  withAccount(account: string | null): RestClient {
    return new RestClient(this.send, this.token, account);
  }

  withToken(token: string): RestClient {
    return new RestClient(this.send, token, this.account);
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await this.send(`/v1.0${path}`, {
      method,
      headers: {
        accept: "application/json",
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...(this.account === null ? {} : { "x-cyclr-account": this.account }),
        ...(METHODS_WITH_BODY.has(method) ? { "content-type": "application/json" } : {}),
        ...headers,
      },
      ...(METHODS_WITH_BODY.has(method) && body !== undefined
        ? { body: typeof body === "string" ? body : JSON.stringify(body) }
        : {}),
    });
    return read(response);
  }

  get = (path: string, headers?: Record<string, string>) => this.call("GET", path, undefined, headers);
  post = (path: string, body: unknown = {}, headers?: Record<string, string>) => this.call("POST", path, body, headers);
  put = (path: string, body: unknown = {}) => this.call("PUT", path, body);
  delete = (path: string, body: unknown = {}) => this.call("DELETE", path, body);
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    body = text;
  }
  return { status: response.status, headers: response.headers, text, body };
}

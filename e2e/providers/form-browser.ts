import { createHash, randomBytes } from "node:crypto";

export interface Visit {
  readonly url: string;
  readonly status: number;
  readonly html: string;
}

const unescape = (text: string) =>
  text.replace(
    /&(?:amp|lt|gt|quot|#39);/g,
    (entity) => ({ "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" })[entity] ?? entity,
  );

const attribute = (tag: string, name: string) => {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : unescape(value);
};

/**
 * A browser without a screen: cookies, redirects and forms over plain fetch. It stops in front of any address
 * outside `origin`, which is where an authorization response goes.
 */
export class FormBrowser {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  constructor(private readonly origin: string) {}

  open(url: string): Promise<Visit> {
    return this.#go(new URL(url, this.origin), { method: "GET" });
  }

  /** Sends the form with this id, its hidden fields and `values`. Throws when the page has none. */
  submit(from: Visit, formId: string, values: Readonly<Record<string, string>> = {}): Promise<Visit> {
    const form = [...from.html.matchAll(/<form\b[^>]*>/g)].find(([tag]) => attribute(tag, "id") === formId);
    if (!form) throw new Error(`The page at ${from.url} has no form ${formId}.`);
    const inner = from.html.slice(form.index, from.html.indexOf("</form>", form.index));
    const body = new URLSearchParams();
    for (const [tag] of inner.matchAll(/<input type="hidden"[^>]*>/g))
      body.set(attribute(tag, "name") ?? "", attribute(tag, "value") ?? "");
    for (const [name, value] of Object.entries(values)) body.set(name, value);
    return this.#go(new URL(attribute(form[0], "action") ?? "", from.url), { method: "POST", body });
  }

  /** Signs in and allows: from an authorization URL to the redirect back to the client. */
  async authorize(url: string, email: string, password: string): Promise<URL> {
    let visit = await this.open(url);
    if (visit.html.includes('id="sign-in"')) visit = await this.submit(visit, "sign-in", { email, password });
    if (visit.html.includes('id="allow"')) visit = await this.submit(visit, "allow");
    return new URL(visit.url);
  }

  async #go(url: URL, init: { method: string; body?: URLSearchParams }): Promise<Visit> {
    for (let hops = 0; hops < 10; hops += 1) {
      if (url.origin !== this.origin) return { url: url.href, status: 0, html: "" };
      const cookie = [...this.#cookies]
        .filter(([, one]) => url.pathname.startsWith(one.path))
        .map(([name, one]) => `${name}=${one.value}`);
      const headers = { accept: "text/html", ...(cookie.length > 0 ? { cookie: cookie.join("; ") } : {}) };
      const response = await fetch(url, { ...init, headers, redirect: "manual" });
      for (const line of response.headers.getSetCookie()) this.#keep(line);
      const location = response.headers.get("location");
      if (location === null) return { url: url.href, status: response.status, html: await response.text() };
      url = new URL(location, url);
      init = { method: "GET" };
    }
    throw new Error("More than ten redirects.");
  }

  #keep(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const path = /;\s*path=([^;]+)/i.exec(line)?.[1] ?? "/";
    if (value === "" || /expires=Thu, 01 Jan 1970/i.test(line)) this.#cookies.delete(name);
    else this.#cookies.set(name, { value, path });
  }
}

/** A verifier and its S256 challenge (RFC 7636, 4.1 and 4.2). */
export function pkcePair() {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

import { randomToken } from "@/lib/kernel/ids";
import { MASK } from "@/lib/kernel/redact";
import { fail, ok, type Result } from "@/lib/kernel/result";
import type { PlaceholderTransfer } from "./types";

/** Scripts take composite secrets apart at these; what stands between two of them gets a marker of its own. */
const DELIMITERS = /([:|;,@#/~\s]+)/;
/** Shorter secrets are not looked for in what a provider sends: they would be found in words that are none. */
const MIN_CONCEALED = 8;
const MAX_MARKERS = 5000;
/** As much of a marker tells that it was one. */
const STEM = 10;

export interface OutgoingRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text as it is sent, or a value that the caller writes out afterwards. */
  readonly body: unknown;
}

/**
 * The secrets of one run and the random markers that stand for them in its scripts (S-42). A marker is letters and digits, so it
 * survives concatenation, splitting, JSON and URL encoding; it is replaced as a request leaves, for allowed hosts only.
 */
export class Placeholders {
  readonly #run: string;
  readonly #values = new Map<string, string>();
  /** Whole secrets with the text that stands for them. */
  readonly #wholes = new Map<string, string>();
  #marker: RegExp | null = null;

  constructor(transfer?: PlaceholderTransfer) {
    this.#run = transfer?.run ?? `kw${randomToken(128)}`;
    if (transfer) this.absorb(transfer.entries);
  }

  get #pattern(): RegExp {
    return (this.#marker ??= new RegExp(`${this.#run}x[0-9a-z]{4}`, "g"));
  }

  /** Text that stands for a secret, with the secret's own delimiters left visible. In: plaintext. */
  mark(plain: string): string {
    const known = this.#wholes.get(plain);
    if (known !== undefined) return known;
    let text = "";
    for (const [index, part] of plain.split(DELIMITERS).entries())
      text += index % 2 === 1 || part === "" ? part : this.markDerived(part);
    this.#wholes.set(plain, text);
    return text;
  }

  /**
   * A new marker for the whole text, such as a signature. Never one that is known, nor one with delimiters: by either a script could
   * ask, value after value, what a secret is.
   */
  markDerived(plain: string): string {
    if (this.#values.size >= MAX_MARKERS) throw new RangeError("A script made too many values of secrets.");
    const marker = `${this.#run}x${this.#values.size.toString(36).padStart(4, "0")}`;
    this.#values.set(marker, plain);
    return marker;
  }

  transfer(): PlaceholderTransfer {
    return { run: this.#run, entries: [...this.#values] };
  }

  /** Takes over markers that the functions of a script added. */
  absorb(entries: PlaceholderTransfer["entries"]): void {
    for (const [marker, value] of entries) this.#values.set(marker, value);
  }

  has(text: string): boolean {
    return text.includes(this.#run);
  }

  /** The text with its secrets in it. `encode` writes each value as the place it goes to needs it. */
  reveal(text: string, encode: (value: string) => string = (value) => value): string {
    return this.has(text) ? text.replace(this.#pattern, (marker) => encode(this.#values.get(marker) ?? marker)) : text;
  }

  /** A JSON-like value with the secrets in it: for what stays inside this process, such as a token response. */
  revealAll<T>(value: T): T {
    return mapText(value, (text) => this.reveal(text)) as T;
  }

  /** A JSON-like value fit to be seen or stored: every marker is a mask. */
  mask<T>(value: T): T {
    return mapText(value, (text) => (this.has(text) ? text.replace(this.#pattern, MASK).replaceAll(this.#run, MASK) : text)) as T;
  }

  /** JSON text in which no secret of this run stands in the clear: what a provider echoes enters the sandbox as its marker. */
  conceal(json: string): string {
    for (const [plain, text] of this.#wholes) {
      if (plain.length < MIN_CONCEALED) continue;
      const written = JSON.stringify(plain).slice(1, -1);
      if (json.includes(written)) json = json.replaceAll(written, () => JSON.stringify(text).slice(1, -1));
    }
    return json;
  }

  /** All plaintexts, for a redactor over whatever the run leaves behind. */
  plaintexts(): string[] {
    return [...new Set([...this.#values.values(), ...this.#wholes.keys()])];
  }

  /**
   * Puts the secrets into a request as it leaves: percent-encoded in the URL, and in the body as its content type has it.
   * Out: the request, `egress.blocked` where a secret would go to a host that `allowed` refuses, `script.failed` where a marker was
   * cut apart. A request without any secret passes as it is.
   */
  substitute<T extends OutgoingRequest>(request: T, allowed: (url: URL) => boolean): Result<T> {
    const stem = this.#run.slice(0, STEM);
    if (!JSON.stringify([request.url, request.headers, request.body ?? null]).includes(stem)) return ok(request);
    const url = this.reveal(request.url, encodeURIComponent);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, this.reveal(value)]));
    const contentType = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
    const body =
      typeof request.body === "string" ? this.reveal(request.body, encoderFor(contentType)) : this.revealAll(request.body);
    // Both halves of a marker that was cut in two would reach the provider as a password that is none.
    if (JSON.stringify([url, Object.entries(headers), body ?? null]).includes(stem)) {
      return fail("script.failed", "A script took a secret apart, so the request can't be sent.", {
        details: { reason: "secret_cut" },
      });
    }
    if (!URL.canParse(url) || !allowed(new URL(url))) {
      // A host that was made of a secret is not named: the message is shown.
      const asWritten = URL.canParse(request.url) ? new URL(request.url).hostname : "";
      const host = asWritten === "" || asWritten.includes(this.#run.toLowerCase()) ? "another host" : asWritten;
      return fail("egress.blocked", `A script tried to send a secret to ${host}, which the connector doesn't name.`, {
        details: { reason: "secret_host" },
      });
    }
    return ok({ ...request, url, headers, body });
  }
}

function encoderFor(contentType: string): (value: string) => string {
  if (/json/i.test(contentType)) return (value) => JSON.stringify(value).slice(1, -1);
  if (/x-www-form-urlencoded/i.test(contentType)) return encodeURIComponent;
  if (/xml/i.test(contentType)) return (value) => value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return (value) => value;
}

function mapText(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((entry) => mapText(entry, map));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [map(key), mapText(entry, map)]));
}

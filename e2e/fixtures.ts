import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, request, test as base, type APIRequestContext, type BrowserContext, type Page } from "@playwright/test";
import type { NewClient } from "./providers/clients";
import type { FaultInput } from "./providers/faults";
import type { Counters, LoggedRequest, SandboxSettings } from "./providers/state";

/** The people of the demonstration, by the first part of their address. */
const PEOPLE = {
  administrator: "admin@keyway.example",
  owner: "ana@northwind.example",
  editor: "elif@northwind.example",
  viewer: "victor@northwind.example",
  acmeAdministrator: "mia@acme.example",
  acmeStandard: "sam@acme.example",
  birchAdministrator: "jonas@birch.example",
  otherPartner: "olga@fabrikam.example",
} as const;
export type Who = keyof typeof PEOPLE;

/** What `demo.json` of the server under test says. */
export interface Demo {
  readonly url: string;
  readonly people: readonly { readonly role: string; readonly email: string; readonly password: string }[];
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
  readonly sandbox: { readonly url: string };
  readonly api: { readonly clientId: string; readonly clientSecret: string };
}

export const dataDir = (): string => {
  const folder = process.env.E2E_DATA_DIR;
  if (!folder) throw new Error("E2E_DATA_DIR is set by playwright.config.ts.");
  return folder;
};

export const readDemo = (folder = dataDir()): Demo => JSON.parse(readFileSync(path.join(folder, "demo.json"), "utf8")) as Demo;

/** The id of an account of the demonstration. */
export function accountId(name: "Acme Ltd" | "Birch & Co", demo = readDemo()): string {
  const found = demo.accounts.find((account) => account.name === name);
  if (!found) throw new Error(`The demonstration has no account ${name}.`);
  return found.id;
}

export const emailOf = (who: Who): string => PEOPLE[who];
export function passwordOf(email: string, demo = readDemo()): string {
  const found = demo.people.find((person) => person.email === email);
  if (!found) throw new Error(`Nobody signs in as ${email}.`);
  return found.password;
}

/**
 * Signs in through next-auth's own endpoints. In: the address of the server, e-mail and password.
 * Out: a client that carries the session. Throws where it is refused.
 */
export async function signIn(baseURL: string, email: string, password: string): Promise<APIRequestContext> {
  const client = await request.newContext({ baseURL, extraHTTPHeaders: { origin: baseURL } });
  const { csrfToken } = (await (await client.get("/api/auth/csrf")).json()) as { csrfToken: string };
  const answer = await client.post("/api/auth/callback/credentials", { form: { email, password, csrfToken, json: "true" } });
  if (!answer.ok()) throw new Error(`Sign-in as ${email} was answered with ${answer.status()}: ${await answer.text()}`);
  return client;
}

/** The file with the cookies of a person, made by the first who asks for it. Sign-in is limited, so it is done once. */
async function storageStateOf(who: Who): Promise<string> {
  const folder = path.join(dataDir(), "browsers");
  const file = path.join(folder, `${who}.json`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const { url } = readDemo();
  const client = await signIn(url, PEOPLE[who], passwordOf(PEOPLE[who]));
  await client.storageState({ path: file });
  await client.dispose();
  return file;
}

/** The control interface of the sandbox provider over HTTP. */
export class Sandbox {
  constructor(
    private readonly client: APIRequestContext,
    readonly url: string,
  ) {}

  async #send<T>(method: string, command: string, data?: unknown): Promise<T> {
    const answer = await this.client.fetch(`${this.url}/_control/${command}`, {
      method,
      ...(data === undefined ? {} : { data }),
    });
    if (!answer.ok()) throw new Error(`${method} ${command}: ${answer.status()} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  reset = () => this.#send("POST", "reset");
  set = (settings: Partial<SandboxSettings>) => this.#send("POST", "settings", settings);
  fault = (fault: FaultInput) => this.#send("POST", "faults", fault);
  counters = () => this.#send<Counters>("GET", "counters");
  expireTokens = () => this.#send("POST", "tokens/expire");
  createClient = (client: NewClient) => this.#send<{ clientId: string; clientSecret: string }>("POST", "clients", client);
  mintKey = async (account = "acme") => (await this.#send<{ key: string }>("POST", "keys", { account })).key;
  log = async (filter: Record<string, string> = {}) =>
    (await this.#send<{ requests: LoggedRequest[] }>("GET", `log?${new URLSearchParams(filter)}`)).requests;
}

/** Gathers what a browser complains about; a test that ends with a complaint fails. */
export class Complaints {
  readonly #found: string[] = [];
  readonly #expected: RegExp[] = [];

  watch(context: BrowserContext): void {
    context.on("console", (message) => {
      if (message.type() === "error") this.#found.push(`console: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => this.#found.push(`page: ${error.error().stack ?? error.error().message}`));
  }

  /** A complaint that belongs to what is tested, such as a page that is rightly not there. */
  expect(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  get unexpected(): string[] {
    return this.#found.filter((text) => !this.#expected.some((pattern) => pattern.test(text)));
  }
}

interface Fixtures {
  readonly complaints: Complaints;
  /** A page in a browser of its own where this person is signed in; null for nobody. */
  readonly as: (who: Who | null) => Promise<Page>;
  /** A client with the session of this person; null for nobody. */
  readonly client: (who: Who | null) => Promise<APIRequestContext>;
  readonly sandbox: Sandbox;
}

/** Playwright's test with people who are signed in, the sandbox provider, and no patience with errors in the console. */
export const test = base.extend<Fixtures>({
  complaints: [
    async ({ context }, use) => {
      const complaints = new Complaints();
      complaints.watch(context);
      await use(complaints);
      expect(complaints.unexpected, "errors in the browser").toEqual([]);
    },
    { auto: true },
  ],
  as: async ({ browser, complaints, contextOptions, baseURL }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (who) => {
      const storageState = who === null ? undefined : await storageStateOf(who);
      const context = await browser.newContext({ ...contextOptions, baseURL, ...(storageState ? { storageState } : {}) });
      contexts.push(context);
      complaints.watch(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
  client: async ({ baseURL }, use) => {
    const clients: APIRequestContext[] = [];
    await use(async (who) => {
      const made = await request.newContext({
        baseURL,
        extraHTTPHeaders: { origin: baseURL ?? "" },
        maxRedirects: 0,
        ...(who === null ? {} : { storageState: await storageStateOf(who) }),
      });
      clients.push(made);
      return made;
    });
    for (const made of clients) await made.dispose();
  },
  sandbox: async ({}, use) => {
    const client = await request.newContext();
    const sandbox = new Sandbox(client, readDemo().sandbox.url);
    await sandbox.reset();
    await use(sandbox);
    await sandbox.reset();
    await client.dispose();
  },
});

export { expect, type Page };

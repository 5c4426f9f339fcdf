import type { APIRequestContext, Page } from "@playwright/test";
import { accountId, expect } from "./fixtures";
import { callAction } from "./server-actions";

export const OAUTH = "Sandbox CRM (OAuth)";
const CLIENT = { id: "keyway-sandbox", secret: "sandbox-secret-7Qw2mX" };

type SetupValues = Readonly<Record<string, unknown>>;

/** Saves the partner's Authentication Settings of a connector as its form does. */
export async function saveSetup(client: APIRequestContext, slug: string, values: SetupValues): Promise<void> {
  const { result } = await callAction(client, "saveSetupAction", { slug, values });
  expect(result, `settings of ${slug}`).toMatchObject({ ok: true });
}

/** The settings of the OAuth sandbox: both values by the partner, unless told otherwise. */
export const saveOAuthSetup = (client: APIRequestContext, values: SetupValues = {}): Promise<void> =>
  saveSetup(client, "sandbox-crm-oauth", { client_id: CLIENT.id, client_secret: { set: CLIENT.secret }, ...values });

/** Installs over the action. In: who does it, the account, what the wizard would send. Out: the connection's id. */
export async function installByAction(
  client: APIRequestContext,
  input: { account?: string; slug: string; authMethodId: string; name: string; values?: SetupValues; later?: boolean },
): Promise<number> {
  const { account = accountId("Acme Ltd"), values = {}, later = false, ...rest } = input;
  const { result } = await callAction(client, "installAction", { accountId: account, description: "", values, later, ...rest });
  expect(result, `installing ${input.name}`).toMatchObject({ ok: true });
  return (result as unknown as { value: { id: number } }).value.id;
}

let named = 0;
/** A name that nothing else has. */
export const unique = (words: string): string => `${words} ${Date.now()}-${(named += 1)}`;

/** Installs Sandbox CRM (API key) with this key; without one, for somebody to authenticate later. Out: the connection's id. */
export const installKeyed = (client: APIRequestContext, key?: string, name = unique("CRM")): Promise<number> =>
  installByAction(client, {
    slug: "sandbox-crm-api-key",
    authMethodId: "api-key",
    name,
    ...(key ? { values: { apiKey: { set: key } } } : { later: true }),
  });

/** Signs in at the sandbox provider and agrees. In: its page, wherever it opened. */
export async function signInAtProvider(provider: Page, email = "mia@acme.example", password = "ito"): Promise<void> {
  const address = provider.getByLabel("Email address");
  const allow = provider.getByRole("button", { name: "Allow" });
  await expect(address.or(allow)).toBeVisible();
  if (await address.isVisible()) {
    await address.fill(email);
    await provider.getByLabel("Password").fill(password);
    await provider.getByRole("button", { name: "Sign in" }).click();
  }
  await allow.click();
}

/** Presses what opens the provider's window and gives the window. */
export async function providerWindow(page: Page, button: string | RegExp = /^Sign in to /): Promise<Page> {
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: button }).click();
  return opened;
}

/**
 * Walks through the provider without a page, which has to be told to allow everything. In: a client with the cookies of a browser,
 * and the address that the attempt began with. Out: where the provider sends the browser, code and state in it.
 */
export async function callbackOf(browser: APIRequestContext, start: string): Promise<string> {
  let address = start;
  for (let step = 0; step < 8 && !address.includes("/connector/callback/"); step += 1) {
    const { location } = (await browser.get(address, { maxRedirects: 0 })).headers();
    if (!location) throw new Error(`The provider showed a page at ${address}.`);
    address = new URL(location, address).href;
  }
  return address;
}

/** Starts signing in as the wizard does. Out: the provider's address for this attempt. */
export async function startAttempt(browser: APIRequestContext, id: number, account = accountId("Acme Ltd")): Promise<string> {
  const returnTo = { kind: "tab", path: `/portal/${account}/install/sandbox-crm-oauth?id=${id}&step=check` };
  const { result } = await callAction(browser, "startAttemptAction", { accountId: account, id, returnTo });
  expect(result, "starting an attempt").toMatchObject({ ok: true });
  return (result as unknown as { value: { url: string } }).value.url;
}

/** The first step of the wizard. */
export async function nameIt(page: Page, name: string, next = "Continue"): Promise<void> {
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: next, exact: true }).click();
}

/** The last step: the test call was answered. */
export async function expectConnected(page: Page, name: string): Promise<void> {
  const told = page.getByRole("status").filter({ hasText: `${name} is connected` });
  await expect(told).toContainText(/Test call 200 in \d+ ms/, { timeout: 20_000 });
}

/** A connector of the partner's own with one method. Out: its unique identifier. */
export async function customConnector(who: APIRequestContext, name: string): Promise<string> {
  const definition = {
    slug: "of-the-matrix",
    name,
    baseUrl: "https://api.example.com",
    authMethods: [{ id: "api-key", type: "ApiKey" }],
    methods: [{ id: "list-contacts", name: "List contacts", httpMethod: "GET", endpoint: "/contacts" }],
  };
  const { result } = await callAction(who, "importDefinitionAction", { text: JSON.stringify(definition) });
  return (result as unknown as { value: { uid: string } }).value.uid;
}

/** Chooses from a menu. A button can be pressed before the scripts of its page have come, so it is pressed until the menu is there. */
export async function chooseFrom(
  page: Page,
  menu: string,
  item: string,
  role: "menuitem" | "menuitemradio" = "menuitem",
): Promise<void> {
  const choice = page.getByRole(role, { name: item });
  await expect(async () => {
    if (!(await choice.isVisible())) await page.getByRole("button", { name: menu, exact: true }).click();
    await expect(choice).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await choice.click();
}

import { accountId, dataDir, expect, test, type Page } from "./fixtures";
import { openDatabase } from "./stored-rows";
import {
  callbackOf,
  expectConnected,
  installByAction,
  OAUTH,
  providerWindow,
  saveOAuthSetup,
  signInAtProvider,
  startAttempt,
} from "./wizard";

const acme = accountId("Acme Ltd");

/** The sign-in step of a connector that is installed and not authenticated yet. */
async function signInStep(page: Page, id: number): Promise<void> {
  await page.goto(`/portal/${acme}/install/sandbox-crm-oauth?id=${id}&step=signIn`);
}

const told = (page: Page) => page.locator("main").getByRole("alert");

test.beforeEach(async ({ client, sandbox }) => {
  await sandbox.reset();
  await saveOAuthSetup(await client("owner"));
});

test.describe("each failure of a sign-in has its own words and a way on", () => {
  let customer: Page;
  let name: string;
  let id: number;
  test.beforeEach(async ({ as, client }, info) => {
    name = `Failure ${info.title.slice(0, 40)} ${Date.now()}`;
    const input = { slug: "sandbox-crm-oauth", authMethodId: "oauth2", name, later: true };
    id = await installByAction(await client("acmeAdministrator"), input);
    customer = await as("acmeAdministrator");
    await signInStep(customer, id);
  });

  test("denied: says so, and signing in again works in the same window", async () => {
    const provider = await providerWindow(customer);
    await provider.getByLabel("Email address").fill("mia@acme.example");
    await provider.getByLabel("Password").fill("ito");
    await provider.getByRole("button", { name: "Sign in" }).click();
    await provider.getByRole("button", { name: "Cancel" }).click();
    await expect(told(customer)).toContainText(`You declined at ${OAUTH}`);
    await expect(customer.getByRole("button", { name: `Sign in to ${OAUTH} again` })).toBeVisible();
    await expect(provider.getByRole("heading", { level: 1 })).toHaveText(`You declined at ${OAUTH}`);
    await provider.getByRole("button", { name: "Try again" }).click();
    await signInAtProvider(provider);
    await expectConnected(customer, name);
  });

  test("popup closed: says so, and opens it again", async () => {
    const provider = await providerWindow(customer);
    await expect(provider.getByLabel("Email address")).toBeVisible();
    await provider.close();
    await expect(told(customer)).toContainText("The sign-in window was closed");
    const again = await providerWindow(customer, "Open it again");
    await signInAtProvider(again);
    await expectConnected(customer, name);
  });

  test("wrong client secret: the customer learns that it is the partner's, the partner is led to the settings", async ({
    as,
    client,
  }) => {
    await saveOAuthSetup(await client("owner"), { client_secret: { set: "not-the-right-secret-4711" } });
    const provider = await providerWindow(customer);
    await signInAtProvider(provider);
    await expect(told(customer)).toContainText(`${OAUTH} refused the app of Northwind`);
    await expect(told(customer)).toContainText("Northwind's to fix");
    await expect(customer.getByRole("button", { name: "Finish later" })).toBeVisible();
    await provider.close();

    const partner = await as("owner");
    await partner.goto(`/accounts/${acme}/install/sandbox-crm-oauth?id=${id}&step=signIn`);
    const second = await providerWindow(partner);
    await signInAtProvider(second);
    await expect(told(partner)).toContainText("It is yours to fix: no customer can.");
    await second.close();
    await partner.getByRole("link", { name: "Open authentication settings" }).click();
    await expect(partner.getByRole("form", { name: "Authentication settings" })).toBeVisible();
  });

  test("scope missing: names it, and signing in again with it ticked works", async ({ sandbox }) => {
    await sandbox.set({ dropScopes: ["contacts.read"] });
    const provider = await providerWindow(customer);
    await signInAtProvider(provider);
    await expect(told(customer)).toContainText("contacts.read");
    await expect(provider.getByRole("heading", { level: 1 })).toHaveText("A permission is missing");
    await provider.close();
    await sandbox.set({ dropScopes: [] });
    const again = await providerWindow(customer, "Sign in again and grant it");
    await signInAtProvider(again);
    await expectConnected(customer, name);
  });

  test("expired attempt: says that it took too long, and starts again", async ({ sandbox }) => {
    const provider = await providerWindow(customer);
    await expect(provider.getByLabel("Email address")).toBeVisible();
    // Eleven minutes at the provider's page.
    const database = openDatabase(dataDir());
    database.prepare("update oauth_attempts set expires_at = expires_at - 660000 where account_connector_id = ?").run(id);
    database.close();
    await signInAtProvider(provider);
    await expect(told(customer)).toContainText("The sign-in took too long");
    await provider.close();
    expect((await sandbox.counters()).exchanges.authorization_code).toBeUndefined();
    const again = await providerWindow(customer, "Start again");
    await signInAtProvider(again);
    await expectConnected(customer, name);
  });

  test("provider down: says whose fault it is, and trying again works", async ({ sandbox }) => {
    await sandbox.fault({ on: "token", kind: "server-error", status: 503 });
    const provider = await providerWindow(customer);
    await signInAtProvider(provider);
    await expect(told(customer)).toContainText(`${OAUTH} can't answer at the moment`);
    await expect(told(customer)).toContainText("The provider's fault");
    await provider.close();
    const again = await providerWindow(customer, "Try again");
    await signInAtProvider(again);
    await expectConnected(customer, name);
  });

  test("popup blocked: the provider opens in this tab and comes back to the wizard", async () => {
    await customer.addInitScript(() => (window.open = () => null));
    await customer.reload();
    await customer.getByRole("button", { name: /^Sign in to / }).click();
    await expect(told(customer)).toContainText("Your browser blocked the sign-in window");
    await customer.getByRole("button", { name: "Continue in this tab" }).click();
    await signInAtProvider(customer);
    await expectConnected(customer, name);
  });
});

test("a sign-in that was started in one browser is refused in another, without a token call (S-22)", async ({
  as,
  client,
  sandbox,
}) => {
  const name = `Two browsers ${Date.now()}`;
  const id = await installByAction(await client("acmeAdministrator"), {
    slug: "sandbox-crm-oauth",
    authMethodId: "oauth2",
    name,
    later: true,
  });
  await sandbox.set({ autoAllow: "mia@acme.example" });
  const first = await as("acmeAdministrator");
  const callback = await callbackOf(first.request, await startAttempt(first.request, id));
  expect(callback).toMatch(/[?&]code=/);

  for (const who of ["acmeAdministrator", "birchAdministrator", null] as const) {
    const second = await as(who);
    await second.goto(callback);
    await expect(second.getByRole("heading", { level: 1 })).toHaveText("This sign-in belongs to another browser");
    expect(second.url()).not.toMatch(/code=|state=/);
  }
  expect((await sandbox.counters()).exchanges.authorization_code).toBeUndefined();

  // Nothing was spent: the browser that started it still finishes it.
  await first.goto(callback);
  await expectConnected(first, name);
  expect((await sandbox.counters()).exchanges.authorization_code).toMatchObject({ requests: 1, succeeded: 1 });

  const replayed = await first.context().newPage();
  await replayed.goto(callback);
  await expect(replayed.getByRole("heading", { level: 1 })).toHaveText("This sign-in is over");
  expect((await sandbox.counters()).exchanges.authorization_code).toMatchObject({ requests: 1 });
});

import { accountId, expect, test } from "./fixtures";
import { expectConnected, nameIt, OAUTH, providerWindow, saveOAuthSetup, signInAtProvider } from "./wizard";

const acme = accountId("Acme Ltd");

test("the partner sets client id and secret, and the customer only signs in at the provider", async ({ as, client, sandbox }) => {
  await saveOAuthSetup(await client("owner"), { client_id: "", client_secret: { clear: true } });
  const partner = await as("owner");
  await partner.goto("/connectors/sandbox-crm-oauth");
  await partner.getByLabel("Client ID").fill("keyway-sandbox");
  await partner.getByLabel("Client Secret").fill("sandbox-secret-7Qw2mX");
  await partner.getByRole("button", { name: /^Save changes/ }).click();
  await expect(partner.getByText("Saved", { exact: true })).toBeVisible();
  await expect(partner.getByText("•••• w2mX")).toBeVisible();

  const customer = await as("acmeAdministrator");
  await customer.goto(`/portal/${acme}/install/sandbox-crm-oauth`);
  await nameIt(customer, "Contacts of Mia");
  await expect(customer.getByText("Client ID, from Northwind")).toBeVisible();
  await expect(customer.getByText("Client Secret, from Northwind")).toBeVisible();
  await expect(customer.getByRole("textbox")).toHaveCount(0);
  await expect(customer.getByText(`You'll sign in to ${OAUTH} and grant: Read contacts`, { exact: false })).toBeVisible();
  const provider = await providerWindow(customer);
  await signInAtProvider(provider);
  await expectConnected(customer, "Contacts of Mia");
  const exchanges = (await sandbox.counters()).exchanges.authorization_code;
  expect(exchanges).toMatchObject({ requests: 1, succeeded: 1 });
});

test("the partner leaves the secret blank, and the customer is asked for exactly it", async ({ as, client, sandbox }) => {
  await saveOAuthSetup(await client("owner"), { client_secret: { clear: true } });
  const own = await sandbox.createClient({ clientId: "keyway-sandbox", clientSecret: "secret-of-acme-alone-91" });
  const customer = await as("acmeAdministrator");
  await customer.goto(`/portal/${acme}/install/sandbox-crm-oauth`);
  await nameIt(customer, "With our own secret");
  await expect(customer.getByText("Client ID, from Northwind")).toBeVisible();
  await expect(customer.locator("input:visible, textarea:visible, select:visible")).toHaveCount(1);
  await customer.getByLabel("Client Secret").fill(own.clientSecret);
  const provider = await providerWindow(customer);
  await signInAtProvider(provider);
  await expectConnected(customer, "With our own secret");
});

test("API key: the key is all that is asked, and the test call is answered", async ({ as, sandbox }) => {
  const key = await sandbox.mintKey("acme");
  const page = await as("owner");
  await page.goto(`/accounts/${acme}/install/sandbox-crm-api-key`);
  await nameIt(page, "By key");
  await expect(page.locator("input:visible, textarea:visible, select:visible")).toHaveCount(1);
  await page.getByLabel("API Key").fill(key);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expectConnected(page, "By key");
});

test("Basic: username and password are asked, and the test call is answered", async ({ as }) => {
  const page = await as("owner");
  await page.goto(`/accounts/${acme}/install/sandbox-crm-basic`);
  await nameIt(page, "By password");
  await expect(page.locator("input:visible, textarea:visible, select:visible")).toHaveCount(2);
  await page.getByLabel("Username").fill("mia@acme.example");
  await page.getByLabel("Password").fill("ito");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expectConnected(page, "By password");
});

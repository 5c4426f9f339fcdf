import { accountId, expect, test, type Page } from "./fixtures";
import { callAction } from "./server-actions";
import {
  chooseFrom,
  expectConnected,
  installByAction,
  nameIt,
  OAUTH,
  providerWindow,
  saveOAuthSetup,
  signInAtProvider,
} from "./wizard";

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

test("None: only the address is asked, and a request comes back", async ({ as, sandbox }) => {
  const page = await as("owner");
  await page.goto(`/accounts/${acme}/install/generic-http`);
  await nameIt(page, "Plain HTTP");
  await expect(page.locator("input:visible, textarea:visible, select:visible")).toHaveCount(1);
  await page.getByLabel("URL").fill(sandbox.url);
  await page.getByRole("button", { name: "Install", exact: true }).click();
  await page.getByRole("link", { name: "Done" }).click();
  await page.getByRole("link", { name: "Methods" }).click();
  await page.getByLabel("Path").fill(".well-known/openid-configuration");
  await callMethod(page);
  await expect(page.getByRole("region", { name: "Answer" }).getByRole("status").first()).toContainText("200");
  await expect(page.getByRole("region", { name: "Answer" })).toContainText(`"issuer": "${sandbox.url}"`);
});

test("List contacts answers, and says as whom the provider sees the caller", async ({ as, client, sandbox }) => {
  await saveOAuthSetup(await client("owner"));
  const page = await as("owner");
  await page.goto(`/accounts/${acme}/install/sandbox-crm-oauth`);
  await nameIt(page, "As Mia");
  const provider = await providerWindow(page);
  await signInAtProvider(provider);
  await expectConnected(page, "As Mia");
  await page.getByRole("link", { name: "Done" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("As Mia");
  await page.getByRole("link", { name: "Methods" }).click();
  await expect(page.getByRole("combobox", { name: "Method" })).toHaveValue("List contacts");
  await callMethod(page);
  const answer = page.getByRole("region", { name: "Answer" });
  await expect(answer.getByRole("status").first()).toContainText(/200\s*in \d+ ms/);
  await expect(answer).toContainText("Ada Brandt");
  await expect(answer).toContainText('"subject": "mia@acme.example"');
  await expect(answer).toContainText('"via": "bearer"');
  await answer.getByText("Request", { exact: true }).click();
  await expect(answer).toContainText("Bearer ••••");
  const [sent] = await sandbox.log({ path: "/api/contacts" });
  const token = String(sent?.headers.authorization).replace("Bearer ", "");
  expect(token.length).toBeGreaterThan(20);
  expect(await page.content()).not.toContain(token);
});

test("de-authenticate says what it did at the provider, and re-authenticate brings the connection back", async ({
  as,
  client,
  sandbox,
}) => {
  await saveOAuthSetup(await client("owner"));
  const page = await as("owner");
  await page.goto(`/accounts/${acme}/install/sandbox-crm-oauth`);
  await nameIt(page, "Off and on");
  await signInAtProvider(await providerWindow(page));
  await expectConnected(page, "Off and on");
  await page.getByRole("link", { name: "Done" }).click();
  await chooseFrom(page, "More", "De-authenticate");
  await page.getByRole("alertdialog").getByRole("button", { name: "De-authenticate" }).click();
  await expect(page.getByText(`Revoked at ${OAUTH} and deleted here.`).first()).toBeVisible();
  expect((await sandbox.counters()).revocations).toBeGreaterThan(0);
  await expect(page.getByText("Account connector 'Off and on' is not authenticated.")).toBeVisible();

  await page.getByRole("link", { name: "Methods" }).click();
  await expect(page.getByRole("button", { name: "Call", exact: true })).toHaveCount(0);
  await expect(page.getByText("A method can be called once somebody has signed in.")).toBeVisible();

  await page.getByRole("link", { name: "Overview" }).click();
  await expect(page.getByRole("heading", { name: "Recent activity" })).toBeVisible();
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Authenticate", exact: true }).click();
  await signInAtProvider(await opened);
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("status")).toContainText(/Test call 200 in \d+ ms/, { timeout: 20_000 });
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("button", { name: "Reconnect" })).toBeVisible();
  await page.getByRole("link", { name: "Activity", exact: true }).click();
  await expect(page.getByText(`Revoked at ${OAUTH} and deleted here.`).first()).toBeVisible();
});

test("a reload in the middle of the wizard keeps what was typed, secrets excepted, and what was installed", async ({ as }) => {
  const page = await as("acmeAdministrator");
  await page.goto(`/portal/${acme}/install/sandbox-crm-basic`);
  await page.getByLabel("Description").fill("For the winter campaign");
  await nameIt(page, "Kept over a reload");
  await page.getByLabel("Username").fill("mia@acme.example");
  await page.getByLabel("Password").fill("half-typed");
  await page.reload();
  await expect(page.getByRole("listitem").filter({ hasText: "Sign in" })).toHaveAttribute("aria-current", "step");
  await expect(page.getByLabel("Username")).toHaveValue("mia@acme.example");
  await expect(page.getByLabel("Password")).toHaveValue("");
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain("half-typed");
  await page.getByLabel("Password").fill("ito");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expectConnected(page, "Kept over a reload");
  await page.reload();
  await expectConnected(page, "Kept over a reload");
});

test("the customer installs in the portal and sees the partner, and nothing of Keyway (ux 14)", async ({ as, sandbox }) => {
  const key = await sandbox.mintKey("acme");
  const page = await as("acmeAdministrator");
  const sweep = async () => {
    await expect(page.getByText("Northwind").first()).toBeVisible();
    expect(await page.title()).not.toContain("Keyway");
    expect(await page.locator("body").innerText()).not.toMatch(/keyway/i);
    const named = await page
      .locator("[aria-label], [alt], [title]")
      .evaluateAll((all) =>
        all.flatMap((element) => ["aria-label", "alt", "title"].map((name) => element.getAttribute(name) ?? "")),
      );
    expect(named.join(" ")).not.toMatch(/keyway/i);
  };
  await page.goto("/portal");
  await expect(page).toHaveURL(new RegExp(`/portal/${acme}$`));
  await sweep();
  await page.getByRole("link", { name: "Install a connector" }).click();
  await page.getByRole("searchbox", { name: "Search connectors" }).fill("sandbox key");
  await sweep();
  await page.getByRole("link", { name: /Sandbox CRM \(API key\)/ }).click();
  await sweep();
  await nameIt(page, "From the portal");
  await page.getByLabel("API Key").fill(key);
  await sweep();
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expectConnected(page, "From the portal");
  await page.getByRole("link", { name: "Done" }).click();
  await expect(page.getByRole("heading", { name: "From the portal" })).toBeVisible();
  await sweep();
});

test("a name that is in use is an error on its field, in the browser and on the server", async ({ as, client }) => {
  const owner = await client("owner");
  const install = { slug: "sandbox-crm-api-key", authMethodId: "api-key", later: true };
  await installByAction(owner, { name: "Taken", ...install });
  const page = await as("owner");
  await page.goto(`/accounts/${acme}/install/sandbox-crm-api-key`);
  const name = page.getByRole("textbox", { name: "Name" });
  await nameIt(page, "taken");
  await expect(page.getByText("Another connector of this account has this name.")).toBeVisible();
  await expect(name).toHaveAttribute("aria-invalid", "true");

  // Taken by somebody else while the form stood open: the server says so, on the same field.
  await nameIt(page, "Taken meanwhile");
  await installByAction(owner, { name: "Taken meanwhile", ...install });
  await page.getByLabel("API Key").fill("a-key-of-twenty-letters");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("Another connector of this account has this name.")).toBeVisible();
});

test("a method can't be tested while the connector isn't authenticated: the page and the server say so", async ({
  as,
  client,
}) => {
  const owner = await client("owner");
  const input = { name: "Left for later", slug: "sandbox-crm-api-key", authMethodId: "api-key", later: true };
  const id = await installByAction(owner, input);
  const page = await as("owner");
  await page.goto(`/connections/${id}/methods`);
  await expect(page.locator("main").getByText("Account connector 'Left for later' is not authenticated.").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Call", exact: true })).toHaveCount(0);
  const { result } = await callAction(owner, "callMethodAction", { accountId: acme, id, methodId: "list-contacts" });
  expect(result).toMatchObject({ ok: false, error: { code: "connector.not_authenticated" } });
});

/** Presses Call in a method's form and waits for what comes back. */
async function callMethod(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await expect(page.getByRole("region", { name: "Answer" })).toBeVisible({ timeout: 20_000 });
}

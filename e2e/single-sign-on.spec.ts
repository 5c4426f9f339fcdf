import { emailOf, expect, test, type Page } from "./fixtures";
import { freePort, freshFolder, KeywayServer, removeFolder } from "./keyway-server";
import { IdentityProvider, type Claims } from "./providers/identity-provider";
import { openDatabase } from "./stored-rows";

let folder: string;
let server: KeywayServer;
let provider: IdentityProvider;

test.beforeEach(async () => {
  folder = freshFolder();
  const [port, sandboxPort, issuerPort] = [await freePort(), await freePort(), await freePort()];
  const issuer = `http://127.0.0.1:${issuerPort}`;
  const client = { client_id: "keyway", client_secret: "secret-of-keyway-at-its-provider" };
  provider = await IdentityProvider.start(issuer, {
    ...client,
    redirect_uris: [`http://127.0.0.1:${port}/api/auth/callback/oidc`],
  });
  const env = {
    KEYWAY_OIDC_ISSUER: issuer,
    KEYWAY_OIDC_CLIENT_ID: "keyway",
    KEYWAY_OIDC_CLIENT_SECRET: "secret-of-keyway-at-its-provider",
    KEYWAY_OIDC_NAME: "Northwind ID",
  };
  server = await new KeywayServer({ folder, port, sandboxPort, env }).ready();
});
test.afterEach(async () => {
  await server.stop();
  await provider.close();
  removeFolder(folder);
});

async function signInAs(page: Page, person: Claims, address = "/sign-in"): Promise<void> {
  provider.person = person;
  await page.context().clearCookies();
  await page.goto(`${server.url}${address}`);
  await page.getByRole("button", { name: "Continue with Northwind ID" }).click();
}

test("single sign-on lets in whom the provider confirms and Keyway knows, and nobody else", async ({ page, complaints }) => {
  // The page that was asked for, by the role that the person has here.
  await signInAs(page, { email: emailOf("viewer").toUpperCase(), email_verified: true, name: "V" }, "/accounts");
  await page.waitForURL(`${server.url}/accounts`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Accounts");
  expect((await page.request.get(`${server.url}/connectors/script-testing`)).status()).toBe(404);
  const database = openDatabase(folder, { readonly: true });
  const sessions = database
    .prepare("select s.ip, s.user_agent from sessions s join users u on u.id = s.user_id where u.email = ?")
    .all(emailOf("viewer"));
  database.close();
  expect(sessions).toEqual([{ ip: "127.0.0.1", user_agent: expect.stringContaining("Chrome") }]);

  complaints.expect(/status of 40/);
  const refused = async (person: Claims, words: string) => {
    await signInAs(page, person);
    await expect(page.getByRole("alert").filter({ hasText: words })).toBeVisible();
    await page.goto(`${server.url}/dashboard`);
    await expect(page).toHaveURL(/\/sign-in/);
  };
  await refused({ email: "stranger@elsewhere.example", email_verified: true }, "There is no account here");
  await refused({ email: emailOf("owner"), email_verified: false }, "did not confirm an e-mail address");
  await refused({ email: emailOf("owner") }, "did not confirm an e-mail address");
  await refused({}, "did not confirm an e-mail address");

  // Customers come the same way.
  await signInAs(page, { email: emailOf("acmeAdministrator"), email_verified: true });
  await page.waitForURL(/\/portal\//);
  await page.close();
});

import { accountId, dataDir, expect, test, type Page } from "./fixtures";
import { SAMPLE_AUTH_FIELDS } from "./providers/auth-fields";
import { RSA_PRIVATE_KEY } from "./providers/oauth1-key";
import { OAUTH1_CONSUMERS, OAUTH1_TOKENS } from "./providers/oauth1-server";
import { openDatabase } from "./stored-rows";
import { expectConnected, nameIt, providerWindow, signInAtProvider } from "./wizard";

const acme = accountId("Acme Ltd");
const [HMAC, RSA] = OAUTH1_CONSUMERS;
const PAIR = OAUTH1_TOKENS[0]!;
const FIELDS = SAMPLE_AUTH_FIELDS[0]!;
const CLIENT = { "Client ID": "keyway-sandbox", "Client Secret": "sandbox-secret-7Qw2mX" };
const CONSUMER = { "Consumer Key": HMAC.key, "Consumer Secret": HMAC.secret ?? "" };

interface Kind {
  readonly slug: string;
  /** What is typed, by label; a client is asked of the account, since the partner has given none. */
  readonly typed: Readonly<Record<string, string>>;
  readonly switches?: readonly string[];
  readonly signsIn?: boolean;
  readonly via: string;
}

const KINDS: readonly Kind[] = [
  { slug: "sandbox-crm-none", typed: {}, via: "nothing" },
  { slug: "sandbox-crm-api-key", typed: { "API Key": "sk_sandbox_acme_4f9a1c2e" }, via: "api-key" },
  { slug: "sandbox-crm-basic", typed: { Username: "mia@acme.example", Password: "ito" }, via: "basic" },
  { slug: "sandbox-crm-oauth1", typed: CONSUMER, signsIn: true, via: "oauth1" },
  {
    slug: "sandbox-crm-oauth1-tokens",
    typed: { ...CONSUMER, "Access token": PAIR.token, "Access token secret": PAIR.secret },
    via: "oauth1",
  },
  { slug: "sandbox-crm-oauth1-rsa", typed: { "Consumer Key": RSA.key, "Private Key": RSA_PRIVATE_KEY }, via: "oauth1" },
  { slug: "sandbox-crm-oauth", typed: {}, signsIn: true, via: "bearer" },
  { slug: "sandbox-crm-client-credentials", typed: CLIENT, via: "bearer" },
  { slug: "sandbox-crm-password", typed: { ...CLIENT, Username: "mia@acme.example", Password: "ito" }, via: "bearer" },
  {
    slug: "sandbox-crm-fields",
    typed: { "Account ID": String(FIELDS.account_id), Token: FIELDS.token },
    switches: ["Test mode"],
    via: "auth-fields",
  },
  { slug: "sandbox-crm-script", typed: { "API Key": "sk_sandbox_acme_4f9a1c2e" }, via: "api-key" },
];

/** Presses Call on the first method. Out: the region with the answer. */
async function listContacts(page: Page) {
  await page.getByRole("link", { name: "Methods" }).click();
  await expect(page.getByRole("combobox", { name: "Method" })).toHaveValue("List contacts");
  await page.getByRole("button", { name: "Call", exact: true }).click();
  const answer = page.getByRole("region", { name: "Answer" });
  await expect(answer).toBeVisible({ timeout: 20_000 });
  return answer;
}

/** Walks through the wizard, as a person would, and ends on the page of the connection. */
async function install(page: Page, { slug, typed, switches = [], signsIn = false }: Kind, name: string): Promise<void> {
  await page.goto(`/accounts/${acme}/install/${slug}`);
  // Without a credential there is nothing to fill in: the first step is the last.
  const isAsked = signsIn || Object.keys(typed).length > 0;
  await nameIt(page, name, isAsked ? "Continue" : "Install");
  for (const [label, value] of Object.entries(typed)) await page.getByRole("textbox", { name: label, exact: true }).fill(value);
  for (const label of switches) await page.getByRole("switch", { name: label, exact: true }).click();
  if (signsIn) await signInAtProvider(await providerWindow(page));
  else if (isAsked) await page.getByRole("button", { name: "Connect", exact: true }).click();
  if (isAsked) await expectConnected(page, name);
  await page.getByRole("link", { name: "Done" }).click();
}

test.describe("each kind is installed and called in the browser", () => {
  for (const kind of KINDS) {
    test(kind.slug, async ({ as, sandbox }) => {
      const page = await as("owner");
      await install(page, kind, `Kind ${kind.slug}`);
      const answer = await listContacts(page);
      await expect(answer.getByRole("status").first()).toContainText("200");
      await expect(answer).toContainText(`"via": "${kind.via}"`);
      expect((await sandbox.log({ method: "GET" })).length + (await sandbox.log({ method: "POST" })).length).toBeGreaterThan(0);
    });
  }
});

test("a token that ends in the middle is renewed, and the call is answered", async ({ as, sandbox }) => {
  const page = await as("owner");
  await install(page, KINDS[6]!, "Ends in the middle");
  await sandbox.expireTokens();
  const answer = await listContacts(page);
  await expect(answer.getByRole("status").first()).toContainText("200");
  expect((await sandbox.counters()).exchanges.refresh_token).toMatchObject({ requests: 1, succeeded: 1 });
});

for (const [hours, kept] of [
  [11, false],
  [13, true],
] as const) {
  test(`a refresh token of ${hours} h is ${kept ? "used" : "ignored"}`, async ({ as, sandbox }) => {
    await sandbox.set({ announceRefreshSeconds: hours * 3600 });
    const page = await as("owner");
    await install(page, KINDS[6]!, `Refresh ${hours}`);
    const database = openDatabase(dataDir());
    const row = database
      .prepare(
        "select is_refreshable from credentials join account_connectors on account_connectors.id = account_connector_id where name = ?",
      )
      .pluck()
      .get(`Refresh ${hours}`);
    database.close();
    expect(Boolean(row)).toBe(kept);
    await sandbox.expireTokens();
    const answer = await listContacts(page);
    await expect(answer.getByRole("status").first()).toContainText(kept ? "200" : "401");
  });
}

import { expect, test, type Page } from "./fixtures";
import { callbackOf, chooseFrom, installByAction, OAUTH, saveOAuthSetup, startAttempt, unique } from "./wizard";

test.beforeEach(async ({ client, sandbox }) => {
  await sandbox.set({ autoAllow: "mia@acme.example" });
  await saveOAuthSetup(await client("owner"));
});

/** An OAuth connection that is signed in. */
async function signedIn(client: Parameters<typeof installByAction>[0], name: string): Promise<number> {
  const id = await installByAction(client, { slug: "sandbox-crm-oauth", authMethodId: "oauth2", name, later: true });
  await client.get(await callbackOf(client, await startAttempt(client, id)));
  return id;
}

async function disconnect(page: Page, id: number): Promise<void> {
  await page.goto(`/connections/${id}`);
  await chooseFrom(page, "More", "De-authenticate");
  await page.getByRole("alertdialog").getByRole("button", { name: "De-authenticate" }).click();
}

const CASES = [
  { answer: "200", fault: null, words: `Revoked at ${OAUTH} and deleted here.` },
  {
    answer: "500",
    fault: { kind: "answer", on: "revoke", status: 500, body: { error: "server_error" } } as const,
    words: `${OAUTH} refused the revocation (500), so it may stay valid there until it ends.`,
  },
  {
    answer: "nothing",
    fault: { kind: "close", on: "revoke" } as const,
    words: `${OAUTH} didn't answer the revocation, so it may stay valid there until it ends.`,
  },
];

for (const { answer, fault, words } of CASES) {
  test(`a revocation that is answered with ${answer} deletes here all the same, and says which it was (S-31)`, async ({
    as,
    client,
    sandbox,
  }) => {
    const owner = await client("owner");
    const id = await signedIn(owner, unique("Ends"));
    if (fault) await sandbox.fault({ ...fault, times: 9 });
    const page = await as("owner");
    await disconnect(page, id);
    await expect(page.getByText(words).first()).toBeVisible();
    await expect(page.getByText("is not authenticated.")).toBeVisible();
    expect((await sandbox.log({ path: "/token/revocation" })).length).toBeGreaterThan(0);
    expect((await sandbox.counters()).revocations > 0).toBe(fault === null);
    // Nothing can be called with what was deleted, and the timeline tells the same.
    await page.goto(`/connections/${id}/activity`);
    await expect(page.getByText(words).first()).toBeVisible();
    await page.goto(`/connections/${id}/methods`);
    await expect(page.getByRole("button", { name: "Call", exact: true })).toHaveCount(0);
  });
}

test("many connections are tested at once, and each says how it went", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const mark = unique("Bulk");
  const key = async (name: string, value: string) =>
    installByAction(owner, { slug: "sandbox-crm-api-key", authMethodId: "api-key", name, values: { apiKey: { set: value } } });
  await key(`${mark} right`, await sandbox.mintKey("acme"));
  await key(`${mark} wrong`, "k".repeat(24));
  await signedIn(owner, `${mark} signed in`);
  await installByAction(owner, { slug: "sandbox-crm-api-key", authMethodId: "api-key", name: `${mark} never`, later: true });
  const page = await as("owner");
  await page.goto(`/connections?q=${encodeURIComponent(mark)}`);
  const row = (name: string) => page.getByRole("row", { name: new RegExp(`${mark} ${name}`) });
  await expect(page.getByRole("checkbox", { name: `Select ${mark} never` })).toBeDisabled();
  await page.getByRole("checkbox", { name: "Select all that can be tested" }).check();
  await expect(page.getByText("3 selected")).toBeVisible();
  await sandbox.fault({ kind: "slow", on: "api", ms: 300 });
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await expect(page.getByText("3 tested, 1 failed").first()).toBeVisible();
  await expect(row("right")).toContainText(/Test call 200 in \d+ ms/);
  await expect(row("signed in")).toContainText(/Test call 200 in \d+ ms/);
  await expect(row("wrong")).toContainText("Needs reconnect");
  expect((await sandbox.log({ path: "/api/me" })).length).toBe(3);
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  await expect(page.getByText("selected")).toHaveCount(0);
});

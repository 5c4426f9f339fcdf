import { importConnector, publish, slugOf } from "./custom-connector-editor";
import { accountId, dataDir, expect, readDemo, test, type Page } from "./fixtures";
import { callAction } from "./server-actions";
import { openDatabase } from "./stored-rows";
import { expectConnected, installByAction, OAUTH, providerWindow, saveOAuthSetup, signInAtProvider, unique } from "./wizard";

const acme = accountId("Acme Ltd");
const FORBIDDEN = "403 – Forbidden: Access is denied.";

interface Link {
  readonly url: string;
  readonly token: string;
}

let count = 0;
/** A connection that nobody signed in. */
async function installed(client: Parameters<typeof installByAction>[0], slug: "oauth" | "api-key", name = "Linked") {
  const full = `${name} ${Date.now()} ${(count += 1)}`;
  const authMethodId = slug === "oauth" ? "oauth2" : slug;
  return {
    name: full,
    id: await installByAction(client, { slug: `sandbox-crm-${slug}`, authMethodId, name: full, later: true }),
  };
}

async function linkFor(client: Parameters<typeof installByAction>[0], id: number): Promise<Link> {
  const { result } = await callAction(client, "createLinkAction", { accountId: acme, id, minutes: 5 });
  expect(result).toMatchObject({ ok: true });
  return (result as unknown as { value: Link }).value;
}

async function typeToken(page: Page, token: string): Promise<void> {
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Continue", exact: true }).click();
}

async function expectForbidden(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(FORBIDDEN);
}

const rowOf = (id: number) => {
  const database = openDatabase(dataDir(), { readonly: true });
  const row = database.prepare("select * from connect_links where account_connector_id = ?").get(id);
  database.close();
  return row as Record<string, unknown>;
};

test("a link made in the console signs in one connection for somebody without an account (S-52)", async ({
  as,
  client,
  complaints,
}) => {
  complaints.expect(/status of 403/);
  const owner = await client("owner");
  await saveOAuthSetup(owner);
  const { id, name } = await installed(owner, "oauth");
  const partner = await as("owner");
  await partner.goto(`/connections/${id}`);
  await partner.getByRole("button", { name: "Create connect link" }).click();
  const dialog = partner.getByRole("dialog");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  const url = await dialog.getByLabel("Link", { exact: true }).inputValue();
  const token = await dialog.getByLabel("Token", { exact: true }).inputValue();
  expect(url).toMatch(/\/connect\/[0-9A-Za-z]{20,}$/);
  expect(url).not.toContain(token);
  await dialog.getByRole("button", { name: "Done" }).click();

  // Mail scanners, chat previews, and the person: reading changes nothing.
  const before = rowOf(id);
  const anybody = await client(null);
  for (let scan = 0; scan < 5; scan += 1) expect((await anybody.get(url)).status()).toBe(200);
  expect(rowOf(id)).toEqual(before);

  const customer = await as(null);
  await customer.goto(url);
  await expect(customer.getByText("Northwind").first()).toBeVisible();
  expect(await customer.locator("body").innerText()).not.toMatch(/keyway/i);
  expect(await customer.content()).not.toContain(name);
  await typeToken(customer, token.toLowerCase().replaceAll("-", " "));
  await expect(customer.getByRole("heading", { level: 1 })).toHaveText(`Connect ${OAUTH}`);
  await signInAtProvider(await providerWindow(customer));
  await expectConnected(customer, name);
  await expect(customer.getByText("You can close this page.")).toBeVisible();

  // It opened once: for nobody else, and for nothing else.
  const late = await as(null);
  expect((await late.goto(url))?.status()).toBe(403);
  await expectForbidden(late);
  await customer.goto(`/connections/${id}`);
  await expect(customer).toHaveURL(/\/sign-in/);

  await partner.goto(`/connections/${id}/settings`);
  const row = partner.getByRole("table", { name: "Connect links" }).getByRole("row").nth(1);
  await expect(row).toContainText("Completed");
  await expect(row).toContainText("127.0.0.1");
  await expect(row.getByRole("button", { name: "Revoke" })).toHaveCount(0);
  await partner.goto(`/connections/${id}`);
  await expect(partner.getByRole("button", { name: "Reconnect" })).toBeVisible();
});

test("the icon of the partner's own connector stands in the page, for who has no session to fetch it with", async ({
  as,
  client,
}) => {
  const owner = await client("owner");
  const icon =
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const name = unique("Pictured");
  const uid = await importConnector(owner, {
    slug: "pictured",
    name,
    icon,
    baseUrl: readDemo().sandbox.url,
    authMethods: [{ id: "api-key", type: "ApiKey" }],
  });
  const editor = await as("owner");
  await editor.goto(`/connectors/custom/${uid}`);
  await publish(editor);
  const slug = await slugOf(editor);
  const id = await installByAction(owner, { slug, authMethodId: "api-key", name, later: true });
  const { url, token } = await linkFor(owner, id);
  const customer = await as(null);
  await customer.goto(url);
  await typeToken(customer, token);
  await expect(customer.getByRole("heading", { level: 1 })).toHaveText(`Connect ${name}`);
  const shown = customer.locator(`img[src="${icon}"]`);
  await expect(shown).toBeVisible();
  expect(await shown.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1);
});

test("with an API key: a wrong one can be entered again, in the same browser and over a reload", async ({
  as,
  client,
  sandbox,
}) => {
  const owner = await client("owner");
  const { id, name } = await installed(owner, "api-key");
  const { url, token } = await linkFor(owner, id);
  const page = await as(null);
  await page.goto(url);
  await typeToken(page, token);
  await page.getByLabel("API Key").fill("not-a-key-of-the-sandbox");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.locator("main").getByRole("alert")).toContainText("doesn't accept what you entered");
  await page.reload();
  await page.getByRole("button", { name: "Enter it again" }).click();
  await page.getByLabel("API Key").fill(await sandbox.mintKey("acme"));
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expectConnected(page, name);
  const over = { publicId: url.split("/").at(-1), values: { apiKey: { set: "k".repeat(20) } }, purpose: "signIn" };
  const { result } = await callAction(page.request, "linkSaveAction", over);
  expect(result, "after it was completed").toMatchObject({ ok: false, error: { code: "access.denied" } });
});

test("unknown, used, expired, revoked and wrongly typed look alike: 403 and the same words (S-52)", async ({
  as,
  client,
  complaints,
}) => {
  complaints.expect(/status of 403/);
  const owner = await client("owner");
  const make = async () => {
    const { id } = await installed(owner, "api-key");
    return { id, ...(await linkFor(owner, id)) };
  };
  const [used, expired, revoked, fresh] = [await make(), await make(), await make(), await make()];
  const opener = await as(null);
  await opener.goto(used.url);
  await typeToken(opener, used.token);
  await expect(opener.getByLabel("API Key")).toBeVisible();

  // The page stands open while its link ends.
  const waiting = await as(null);
  await waiting.goto(expired.url);
  const database = openDatabase(dataDir());
  database.prepare("update connect_links set expires_at = ? where account_connector_id = ?").run(Date.now() - 1, expired.id);
  database.close();
  await typeToken(waiting, expired.token);
  await expectForbidden(waiting);

  const partner = await as("owner");
  await partner.goto(`/connections/${revoked.id}/settings`);
  await partner.getByRole("button", { name: "Revoke" }).click();
  await partner.getByRole("alertdialog").getByRole("button", { name: "Revoke link" }).click();
  await expect(partner.getByRole("table", { name: "Connect links" })).toContainText("Revoked");

  const unknown = `${new URL(fresh.url).origin}/connect/${"0".repeat(22)}`;
  const bodies = new Set<string>();
  const anybody = await client(null);
  for (const url of [used.url, expired.url, revoked.url, unknown]) {
    const answer = await anybody.get(url);
    expect(answer.status(), url).toBe(403);
    bodies.add(
      (await answer.text())
        .replaceAll(/nonce="[^"]*"/g, "")
        .replaceAll(new URL(url).pathname, "")
        .replaceAll(/<script\b[^>]*>.*?<\/script>/gs, ""),
    );
  }
  expect(bodies.size).toBe(1);

  const guesser = await as(null);
  await guesser.goto(fresh.url);
  await typeToken(guesser, "0000-0000-0000-0000");
  await expectForbidden(guesser);
  for (const { url, token } of [used, expired, revoked, { url: unknown, token: "0000" }]) {
    const { status, body } = await callAction(anybody, "openLinkAction", { publicId: url.split("/").at(-1), token });
    expect([status, body.includes("Linked")], url).toEqual([403, false]);
  }
  // The wrong try spent nothing.
  await guesser.goto(fresh.url);
  await typeToken(guesser, fresh.token);
  await expect(guesser.getByLabel("API Key")).toBeVisible();
});

test("a link is no way to another connection, nor to the same one from another browser (S-01, S-52)", async ({ client }) => {
  const owner = await client("owner");
  const mine = await installed(owner, "api-key");
  const { url, token } = await linkFor(owner, mine.id);
  const publicId = url.split("/").at(-1);
  const [holder, stranger] = [await client(null), await client(null)];
  await callAction(holder, "openLinkAction", { publicId, token });
  expect((await holder.get(url)).status()).toBe(200);
  expect(await (await holder.get(url)).text()).toContain(mine.name);
  expect((await stranger.get(url)).status()).toBe(403);
  const values = { apiKey: { set: "k".repeat(20) } };
  for (const [name, input] of Object.entries({
    linkStartAction: { publicId, kind: "tab" },
    linkSaveAction: { publicId, values, purpose: "signIn" },
    linkVerifyAction: { publicId },
  })) {
    const { result } = await callAction(stranger, name, input);
    expect(result, name).toMatchObject({ ok: false, error: { code: "access.denied" } });
  }
  const saved = await callAction(holder, "linkSaveAction", { publicId, values, purpose: "signIn", id: mine.id + 1 });
  expect(saved.result).toMatchObject({ ok: true, value: { id: mine.id } });
  for (const [name, input] of Object.entries({
    saveValuesAction: { accountId: acme, id: mine.id, values, purpose: "signIn" },
    callMethodAction: { accountId: acme, id: mine.id, methodId: "list-contacts" },
    deauthenticateAction: { accountId: acme, id: mine.id },
    createLinkAction: { accountId: acme, id: mine.id, minutes: 5 },
  })) {
    const { result } = await callAction(holder, name, input);
    expect(result, name).toMatchObject({ ok: false, error: { code: "auth.required" } });
  }
});

test("tokens can't be tried out: after ten tries the link is closed for a while (S-50)", async ({ client }) => {
  const owner = await client("owner");
  const { id } = await installed(owner, "api-key");
  const { url, token } = await linkFor(owner, id);
  const publicId = url.split("/").at(-1);
  const guesser = await client(null);
  for (let n = 0; n < 10; n += 1) await callAction(guesser, "openLinkAction", { publicId, token: `${n}` });
  const { result } = await callAction(guesser, "openLinkAction", { publicId, token });
  expect(result).toMatchObject({ ok: false, error: { code: "rate.limited" } });
});

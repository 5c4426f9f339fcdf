import { expect, test, type Page } from "./fixtures";
import { installByAction, saveOAuthSetup } from "./wizard";

const SETTINGS = "/connectors/sandbox-crm-oauth";

/** The palette, open, with this typed into it. */
async function palette(page: Page, text: string) {
  await page.keyboard.press("ControlOrMeta+k");
  const dialog = page.getByRole("dialog", { name: "Go to" });
  await expect(dialog.getByRole("combobox")).toBeFocused();
  await page.keyboard.type(text);
  return dialog;
}

test("the command palette goes to a page, a connector, an account and a connection, and creates a link (ux 21)", async ({
  as,
  client,
}) => {
  const name = `Palette ${Date.now()}`;
  const id = await installByAction(await client("owner"), {
    slug: "sandbox-crm-api-key",
    authMethodId: "api-key",
    name,
    later: true,
  });
  const page = await as("owner");
  await page.goto("/accounts");
  const go = async (text: string, option: string | RegExp, address: string | RegExp) => {
    const dialog = await palette(page, text);
    await expect(dialog.getByRole("option", { name: option }).first()).toBeVisible();
    // The best stands first, so Enter alone is enough.
    await expect(dialog.getByRole("option").first()).toHaveText(option);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(address);
    await expect(dialog).toHaveCount(0);
  };
  await go("guid", /^Guides/, /\/connectors\/guides$/);
  await go("pipedrive", /Pipedrive/, /\/connectors\/pipedrive/);
  await go("birch", /Birch & Co/, /\/accounts\/[0-9a-f-]{36}$/);
  await go(name, new RegExp(`^${name}|${name}`), new RegExp(`/connections/${id}$`));

  const dialog = await palette(page, name);
  await dialog.getByRole("option", { name: `Create connect link for ${name}` }).click();
  await expect(page.getByRole("dialog", { name: "Create connect link" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(new RegExp(`/connections/${id}$`));

  const again = await palette(page, "zzzz-nothing");
  await expect(again.getByText(/Nothing/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(again).toHaveCount(0);
});

test("? lists the shortcuts, and is a letter where somebody types; / goes to the search (ux 1, 21)", async ({ as }) => {
  const page = await as("viewer");
  await page.goto("/connectors");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("/");
  const search = page.getByRole("searchbox", { name: "Search connectors" });
  await expect(search).toBeFocused();
  await page.keyboard.type("pipe?");
  await expect(search).toHaveValue("pipe?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await search.blur();
  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(list.getByText("Search in the list of this page")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(list).toHaveCount(0);
});

test("unsaved changes: marked, kept on every way out until the person agrees, saved with Ctrl+S (ux 8)", async ({
  as,
  client,
}) => {
  await saveOAuthSetup(await client("owner"));
  const page = await as("owner");
  await page.goto(SETTINGS);
  const id = page.getByLabel("Client ID");
  await expect(id).toHaveValue("keyway-sandbox");
  await id.fill("keyway-changed");
  await expect(page.getByText("Unsaved changes")).toBeVisible();

  const ask = page.getByRole("alertdialog", { name: "Leave without saving?" });
  await page.getByRole("link", { name: "Accounts" }).click();
  await ask.getByRole("button", { name: "Stay" }).click();
  await expect(page).toHaveURL(new RegExp(SETTINGS));
  await expect(id).toHaveValue("keyway-changed");
  await palette(page, "Audit");
  await page.keyboard.press("Enter");
  await ask.getByRole("button", { name: "Stay" }).click();
  await expect(id).toHaveValue("keyway-changed");
  const asked = page.waitForEvent("dialog");
  await page.evaluate(() => void setTimeout(() => location.reload()));
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  await expect(id).toHaveValue("keyway-changed");

  await id.focus();
  await page.keyboard.press("ControlOrMeta+s");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await expect(page.getByText("Unsaved changes")).toHaveCount(0);
  await page.getByRole("link", { name: "Accounts" }).click();
  await expect(page).toHaveURL(/\/accounts$/);

  await page.goto(SETTINGS);
  await expect(id).toHaveValue("keyway-changed");
  await id.fill("something else");
  await palette(page, "Audit");
  await page.keyboard.press("Enter");
  await ask.getByRole("button", { name: "Leave" }).click();
  await expect(page).toHaveURL(/\/settings\/audit$/);

  // Back and forward are ways out as well.
  const found = await palette(page, "Sandbox CRM (OAuth)");
  await expect(found.getByRole("option").first()).toHaveText(/Sandbox CRM \(OAuth\)/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(SETTINGS));
  await id.fill("not saved either");
  const goBack = () => page.evaluate(() => history.back());
  await goBack();
  await ask.getByRole("button", { name: "Stay" }).click();
  await expect(page).toHaveURL(new RegExp(SETTINGS));
  await expect(id).toHaveValue("not saved either");
  await goBack();
  await ask.getByRole("button", { name: "Leave" }).click();
  await expect(page).toHaveURL(/\/settings\/audit$/);
  await saveOAuthSetup(await client("owner"));
});

/** Pastes a text into the control that has the focus, as the system does. */
const paste = (page: Page, text: string) =>
  page.evaluate((data) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", data);
    document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);

test("what is pasted is trimmed and joined; quotes and a client id in the secret are pointed out (ux 7)", async ({
  as,
  client,
}) => {
  await saveOAuthSetup(await client("owner"), { client_id: "", client_secret: { clear: true } });
  const page = await as("owner");
  await page.goto(SETTINGS);
  const id = page.getByLabel("Client ID");
  await id.focus();
  await paste(page, "  keyway-\n  sandbox \r\n");
  await expect(id).toHaveValue("keyway-sandbox");
  await expect(page.getByText("Line breaks were taken out of what you pasted.")).toBeVisible();
  await id.fill("");
  await paste(page, '"keyway-sandbox"');
  await expect(page.getByText("This value is in quotes.", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "Remove the quotes" }).click();
  await expect(id).toHaveValue("keyway-sandbox");
  const secret = page.getByLabel("Client Secret");
  await secret.focus();
  await paste(page, "keyway-sandbox");
  await expect(page.getByText("This is the same value as in Client ID.", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "Discard" }).click();
  await saveOAuthSetup(await client("owner"));
});

test("what loads is a grey shape of its size after 200 ms, and nothing moves when it arrives (ux 24)", async ({ as, client }) => {
  const name = `Slowly ${Date.now()}`;
  const install = { slug: "sandbox-crm-api-key", authMethodId: "api-key", later: true };
  const id = await installByAction(await client("owner"), { ...install, name });
  const page = await as("owner");
  await page.goto(`/connections/${id}`);
  let answer = (): void => undefined;
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/api/live/connections/**", async (route) => {
    await asked;
    await route.continue();
  });
  await page.getByRole("button", { name: "Authenticate", exact: true }).click();
  const shape = page.getByRole("dialog").locator(".animate-late").first();
  await expect(shape).toHaveCSS("animation-delay", "0.2s");
  await expect(shape).toHaveCSS("opacity", "1");
  answer();
  await expect(page.getByRole("dialog").getByLabel("API Key")).toBeVisible();
  await expect(shape).toHaveCount(0);

  for (const address of ["/dashboard", "/connections", "/accounts", "/settings/audit", `/connections/${id}/activity`]) {
    await page.addInitScript(() => {
      const seen = window as unknown as { shift: number };
      seen.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
          if (!entry.hadRecentInput) seen.shift += entry.value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle");
    expect(await page.evaluate(() => (window as unknown as { shift: number }).shift), address).toBeLessThan(0.02);
  }
});

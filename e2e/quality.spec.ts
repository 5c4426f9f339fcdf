import { accountId, emailOf, expect, passwordOf, test, type Page, type Who } from "./fixtures";
import { callAction } from "./server-actions";
import { chooseFrom, expectConnected, installByAction, saveOAuthSetup } from "./wizard";

const acme = accountId("Acme Ltd");
/** Presses Tab until this is focused; what can't be reached by keyboard fails here. */
async function tabTo(page: Page, role: "textbox" | "button" | "link", name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name });
  for (let presses = 0; presses < 40; presses += 1) {
    if (await wanted.evaluateAll((all) => all.includes(document.activeElement as HTMLElement))) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${String(name)} can't be reached with Tab.`);
}

test("sign-in and the wizard by keyboard alone", async ({ as, client, sandbox }) => {
  await saveOAuthSetup(await client("owner"));
  await sandbox.set({ autoAllow: "mia@acme.example" });
  const page = await as(null);
  await page.goto(`/portal/${acme}/install/sandbox-crm-oauth`);
  await expect(page.getByLabel("E-mail")).toBeFocused();
  await page.keyboard.type(emailOf("acmeAdministrator"));
  await page.keyboard.press("Tab");
  await page.keyboard.type(passwordOf(emailOf("acmeAdministrator")));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: /^Connect / })).toBeVisible();
  const name = `By keyboard ${Date.now()}`;
  await tabTo(page, "textbox", "Name");
  await page.keyboard.press("Control+A");
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(page.getByText("You'll sign in to", { exact: false })).toBeVisible();
  await tabTo(page, "button", /^Sign in to /);
  await page.keyboard.press("Enter");
  await expectConnected(page, name);
  await tabTo(page, "link", "Done");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name })).toBeVisible();
});

test("a dialog keeps the focus, and gives it back where it came from", async ({ as }) => {
  const page = await as("owner");
  await page.goto("/accounts");
  const trigger = page.getByRole("button", { name: "New account" }).first();
  await trigger.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press("Tab");
    // Past its last control the dialog's guard has the focus for a moment, and hands it on.
    await expect.poll(() => dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(trigger).toBeFocused();
});

/** Holds up every script that the page itself doesn't name. Out: lets them come. */
async function holdLateScripts(page: Page, address: string): Promise<() => void> {
  const named = await (await page.request.get(address)).text();
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/_next/static/chunks/*.js", async (route) => {
    if (!named.includes(new URL(route.request().url()).pathname)) await released;
    await route.continue();
  });
  return () => release();
}

test("what comes after the page takes neither the focus nor a press from anybody", async ({ as }) => {
  const page = await as("owner");
  const release = await holdLateScripts(page, "/connectors");
  await page.goto("/connectors");
  const theme = page.getByRole("button", { name: "Theme" });
  const category = page.getByRole("button", { name: "Category", exact: true });
  await expect(theme).not.toHaveAttribute("aria-haspopup");
  // The press is only remembered once React has taken the page over, which the search shows.
  await page.getByRole("searchbox", { name: "Search connectors" }).fill("slack");
  await expect(page.getByRole("link", { name: /^Slack/ }).first()).toBeVisible();
  await category.click();
  await theme.focus();
  release();
  await expect(page.getByRole("dialog", { name: "Categories" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(theme).toHaveAttribute("aria-haspopup", "menu");
  await theme.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitemradio", { name: "Dark" })).toBeVisible();
});

test("the focus stays on a button whose menu comes later", async ({ as }) => {
  const page = await as("owner");
  const release = await holdLateScripts(page, "/connectors");
  await page.goto("/connectors");
  const theme = page.getByRole("button", { name: "Theme" });
  await theme.focus();
  await expect(theme).not.toHaveAttribute("aria-haspopup");
  release();
  await expect(theme).toHaveAttribute("aria-haspopup", "menu");
  await expect(theme).toBeFocused();
});

test("keys for the palette that come before its code are answered when it is there", async ({ as }) => {
  const page = await as("owner");
  const release = await holdLateScripts(page, "/connectors");
  await page.goto("/connectors");
  await page.getByRole("searchbox", { name: "Search connectors" }).fill("slack");
  await expect(page.getByRole("link", { name: /^Slack/ }).first()).toBeVisible();
  await page.keyboard.press("Control+K");
  release();
  await expect(page.getByRole("combobox", { name: /^Go to a page/ })).toBeFocused();
});

test("where something is missing the navigation stays, and a section's own address leads into it", async ({ as, complaints }) => {
  complaints.expect(/404/);
  for (const [who, addresses, section] of [
    ["owner", ["/connections/999999", "/connectors/no-such", "/accounts/no-such"], ["/settings", "/settings/people"]],
    ["administrator", ["/admin/partners/no-such"], ["/admin", "/admin/partners"]],
  ] as const) {
    const page = await as(who);
    for (const address of addresses) {
      expect((await page.goto(address))?.status(), address).toBe(404);
      await expect(page.getByRole("heading", { level: 1, name: "There is nothing at this address" })).toBeVisible();
      await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
      await expect(page).toHaveTitle(/^Not found/);
    }
    await page.goto(section[0]);
    await expect(page).toHaveURL(new RegExp(`${section[1]}$`));
  }
});

test("a theme that was chosen stays over a reload, from the first paint on", async ({ as }) => {
  const page = await as("owner");
  await page.goto("/accounts");
  await chooseFrom(page, "Theme", "Dark", "menuitemradio");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.addInitScript(() => {
    new MutationObserver(() => {
      if (document.body)
        ((window as unknown as { themes: unknown[] }).themes ??= []).push(document.documentElement.dataset.theme);
    }).observe(document, { childList: true, subtree: true });
  });
  await page.reload();
  const themes = await page.evaluate(() => (window as unknown as { themes: unknown[] }).themes);
  expect(new Set(themes)).toEqual(new Set(["dark"]));
});

/** A form, what is typed into it, and what it is to say on which field. */
interface BadInput {
  readonly who: Who | null;
  readonly address: string;
  readonly open?: string;
  readonly fill: Readonly<Record<string, string>>;
  readonly press: string | RegExp;
  readonly field: string;
  readonly error: string | RegExp;
}

const BAD: readonly BadInput[] = [
  {
    who: null,
    address: "/sign-in",
    fill: { "E-mail": "nobody", Password: "x" },
    press: "Sign in",
    field: "E-mail",
    error: "E-mail has to be an e-mail address.",
  },
  {
    who: null,
    address: "/sign-in",
    fill: { "E-mail": "a@b.example" },
    press: "Sign in",
    field: "Password",
    error: "Password is required.",
  },
  {
    who: "owner",
    address: "/accounts",
    open: "New account",
    fill: {},
    press: "Create account",
    field: "Name",
    error: "Name is required.",
  },
  {
    who: "owner",
    address: "/accounts",
    open: "New account",
    fill: { Name: "n".repeat(201) },
    press: "Create account",
    field: "Name",
    error: "Name can have at most 200 characters.",
  },
  {
    who: "owner",
    address: "/accounts",
    open: "New account",
    fill: { Name: "A", "API ID": "has spaces" },
    press: "Create account",
    field: "API ID",
    error: /API ID can't contain spaces/,
  },
  {
    who: "owner",
    address: "/accounts",
    open: "New account",
    fill: { Name: "A", "API ID": "acme" },
    press: "Create account",
    field: "API ID",
    error: /API ID/,
  },
  {
    who: "owner",
    address: "/settings/people",
    open: "Invite",
    fill: { "E-mail": "not an address" },
    press: "Make invitation",
    field: "E-mail",
    error: "E-mail has to be an e-mail address.",
  },
  {
    who: "owner",
    address: "/settings/branding",
    fill: { "Help link": "not a link" },
    press: /^Save/,
    field: "Help link",
    error: "Help link has to be a web address.",
  },
  {
    who: "owner",
    address: "/settings/profile",
    fill: { "Current password": "x", "New password": "short" },
    press: /password/i,
    field: "New password",
    error: "Password needs at least 10 characters.",
  },
  {
    who: "owner",
    address: `/accounts/${acme}/install/sandbox-crm-api-key`,
    fill: { Name: "" },
    press: "Continue",
    field: "Name",
    error: "Name is required.",
  },
  {
    who: "owner",
    address: `/accounts/${acme}/install/generic-http`,
    fill: { URL: "no address" },
    press: "Install",
    field: "URL",
    error: /URL/,
  },
  {
    who: "administrator",
    address: "/admin/partners",
    open: "New partner",
    fill: { Name: "P", "Owner's e-mail": "x" },
    press: "Create partner",
    field: "Owner's e-mail",
    error: "Owner's e-mail has to be an e-mail address.",
  },
];

for (const [n, bad] of BAD.entries())
  test(`bad input ${n + 1}: ${bad.address.replace(acme, "…")} names ${bad.field} (S-63)`, async ({ as }) => {
    const page = await as(bad.who);
    await page.goto(bad.address);
    if (bad.open) await page.getByRole("button", { name: bad.open }).first().click();
    const form = bad.open ? page.getByRole("dialog") : page.locator("main");
    if (bad.address.endsWith("generic-http")) await page.getByRole("button", { name: "Continue", exact: true }).click();
    for (const [label, value] of Object.entries(bad.fill))
      await form
        .getByRole("textbox", { name: label })
        .or(form.getByLabel(label, { exact: true }))
        .first()
        .fill(value);
    await form.getByRole("button", { name: bad.press }).last().click();
    const field = form
      .getByRole("textbox", { name: bad.field })
      .or(form.getByLabel(bad.field, { exact: true }))
      .first();
    await expect(field).toHaveAttribute("aria-invalid", "true");
    const described = (await field.getAttribute("aria-describedby"))?.split(" ") ?? [];
    const told = await Promise.all(described.map((id) => page.locator(`[id="${id}"]`).innerText()));
    expect(told.join(" ")).toMatch(bad.error instanceof RegExp ? bad.error : new RegExp(bad.error.replaceAll(/[.*+?]/g, "\\$&")));
  });

test("the server judges by the same rules: what the form refuses, the action refuses, and names the field (S-63)", async ({
  client,
}) => {
  const owner = await client("owner");
  const cases: [string, unknown, string][] = [
    ["createAccountAction", { name: "" }, "name"],
    ["createAccountAction", { name: 7 }, "name"],
    ["createAccountAction", { name: "A", externalId: "has spaces" }, "externalId"],
    ["createAccountAction", { name: "A", timezone: "Mars/Olympus" }, "timezone"],
    ["invitePartnerAction", { email: "x", role: "owner" }, "email"],
    ["invitePartnerAction", { email: "a@b.example", role: "emperor" }, "role"],
    ["saveBrandingAction", { accent: "red" }, "accent"],
    ["saveBrandingAction", { logo: "data:image/svg+xml;base64,AAAA" }, "logo"],
    ["saveBrandingAction", { supportUrl: "javascript:alert(1)" }, "supportUrl"],
    ["changePasswordAction", { current: "x", next: "short" }, "next"],
    [
      "installAction",
      { accountId: acme, slug: "sandbox-crm-api-key", authMethodId: "api-key", name: "", values: {}, later: true },
      "name",
    ],
    [
      "installAction",
      { accountId: acme, slug: "sandbox-crm-api-key", authMethodId: "api-key", name: "No key", values: {}, later: false },
      "values.apiKey",
    ],
    ["saveSetupAction", { slug: "sandbox-crm-oauth", values: { client_id: ["a list"] } }, "client_id"],
  ];
  for (const [name, input, field] of cases) {
    const { result } = await callAction(owner, name, input);
    expect(result, name).toMatchObject({ ok: false, error: { code: "request.invalid" } });
    expect(Object.keys(result.ok ? {} : (result.error.fields ?? {})), `${name} with ${JSON.stringify(input)}`).toContain(field);
  }
  for (const nonsense of [null, [], "text", 12, { accountId: { $ne: 1 } }, { id: "1; drop table users", accountId: acme }]) {
    for (const name of ["createAccountAction", "installAction", "callMethodAction", "saveSetupAction", "revokeSessionAction"]) {
      const { status, result } = await callAction(owner, name, nonsense);
      expect(status, `${name} with ${JSON.stringify(nonsense)}`).toBeLessThan(500);
      expect(result.ok, `${name} with ${JSON.stringify(nonsense)}`).toBe(false);
      expect(result.ok ? "" : result.error.code).not.toBe("internal");
    }
  }
});

test("a provider that is down takes nothing else down (S-61)", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  await saveOAuthSetup(owner);
  const values = { apiKey: { set: await sandbox.mintKey("acme") } };
  const name = `Down ${Date.now()}`;
  const id = await installByAction(owner, { slug: "sandbox-crm-api-key", authMethodId: "api-key", name, values });
  await sandbox.fault({ on: "api", kind: "hang", times: 20 });
  const waiting = [1, 2, 3].map(() => callAction(owner, "callMethodAction", { accountId: acme, id, methodId: "list-contacts" }));
  const page = await as("viewer");
  for (const address of ["/connections", "/accounts", "/connectors", "/dashboard", `/connections/${id}`]) {
    const since = Date.now();
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(Date.now() - since, address).toBeLessThan(10_000);
  }
  const other = await installByAction(owner, {
    slug: "generic-http",
    authMethodId: "none",
    name: `Other ${Date.now()}`,
    values: { url: sandbox.url },
  });
  const parameters = { path: ".well-known/openid-configuration" };
  const answer = await callAction(owner, "callMethodAction", { accountId: acme, id: other, methodId: "send-get", parameters });
  expect(answer.result, JSON.stringify(answer.result).slice(0, 300)).toMatchObject({
    ok: true,
    value: { response: { status: 200 } },
  });
  for (const { result } of await Promise.all(waiting))
    expect(result).toMatchObject({ ok: false, error: { code: "provider.timeout" } });
});

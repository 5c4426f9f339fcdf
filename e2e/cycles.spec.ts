import type { Page } from "@playwright/test";
import { callWebhook, done, ended, makeCycle, mapToWebhook, switchExternal, webhookOf } from "./cycle-builder";
import { accountId, expect, test } from "./fixtures";
import { callAction } from "./server-actions";
import { chooseFrom, installByAction, unique } from "./wizard";

const acme = accountId("Acme Ltd");

const step = (page: Page, name: RegExp) => page.getByRole("link", { name });

test("a cycle is built with the mouse, copied, deleted and restored", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const connectionName = unique("CRM");
  await installByAction(owner, {
    slug: "sandbox-crm-api-key",
    authMethodId: "api-key",
    name: connectionName,
    values: { apiKey: { set: await sandbox.mintKey("acme") } },
  });
  const name = unique("By mouse");
  const page = await as("owner");
  await page.goto("/cycles");
  await page.getByRole("button", { name: "New cycle" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Create cycle" }).click();
  await expect(dialog.getByText("Choose the account.")).toBeVisible();
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("combobox", { name: "Account" }).fill("Acme");
  await page.getByRole("option", { name: "Acme Ltd" }).click();
  await dialog.getByRole("button", { name: "Create cycle" }).click();
  await expect(page.getByRole("heading", { level: 1, name: new RegExp(name) })).toBeVisible();

  // Grey until it is whole, with what is missing as a link to where it is fixed.
  await page.getByRole("button", { name: "Add a step after Webhook" }).click();
  await page.getByRole("combobox", { name: "Find a method or a tool" }).fill(`create contact ${connectionName}`);
  await page.getByRole("option", { name: /Create contact/ }).click();
  await expect(page.getByRole("dialog", { name: "Create contact" })).toContainText("Name");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(step(page, /^Step 2: Create contact.*Missing/)).toBeVisible();
  const missing = page.getByRole("list", { name: "Before it can run" });
  await missing.getByRole("link", { name: /Name has no value/ }).click();
  const slot = page.getByRole("group", { name: /^Name/ });
  await slot.getByRole("combobox", { name: "Source of Name" }).click();
  await page.getByRole("option", { name: "Typed value" }).click();
  await slot.getByRole("textbox").fill("Ana {{nowhere.name}}");
  await expect(slot.getByText("Nothing before this step is called")).toBeVisible();
  await slot.getByRole("textbox").fill("Ana");

  // Nothing that was typed is lost without asking.
  await page.keyboard.press("Escape");
  await expect(page.getByRole("alertdialog", { name: "Close without saving?" })).toBeVisible();
  await page.getByRole("button", { name: "Keep editing" }).click();
  await page.keyboard.press("Control+s");
  await expect(page.getByText("Step saved")).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();

  await page.goto("/cycles");
  await chooseFrom(page, `More for ${name}`, "Copy");
  await page.getByRole("button", { name: "Copy cycle" }).click();
  await expect(page.getByRole("heading", { level: 1, name: new RegExp(`${name} copy`) })).toBeVisible();
  await expect(step(page, /^Step 2: Create contact/)).toBeVisible();
  await chooseFrom(page, "More", "Delete cycle");
  await page.getByRole("button", { name: "Delete cycle" }).click();
  await expect(page).toHaveURL(/\/cycles$/);
  await page.goto("/cycles?deleted=1");
  await page
    .getByRole("row", { name: new RegExp(`${name} copy`) })
    .getByRole("button")
    .click();
  await expect(page.getByText("is back, paused")).toBeVisible();
});

test("a cycle is built with the keyboard alone, and undone", async ({ as, client }) => {
  const owner = await client("owner");
  const { id } = await done<{ id: string }>(owner, "createCycleAction", { name: unique("By keyboard"), trigger: "Manual" });
  const page = await as("owner");
  await page.goto(`/cycles/${id}?view=flow`);
  await step(page, /^Step 1/).focus();
  await page.keyboard.press("+");
  await expect(page.getByRole("combobox", { name: "Find a method or a tool" })).toBeFocused();
  await page.keyboard.type("condition");
  await expect(page.getByRole("option", { name: /Condition/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Condition" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await step(page, /^Step 1/).focus();
  await page.keyboard.press("ArrowDown");
  await expect(step(page, /^Step 2: Condition/)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Condition" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await step(page, /^Step 2: Condition/).focus();
  await page.keyboard.press("Delete");
  await expect(page.getByRole("alertdialog", { name: /^Remove / })).toBeVisible();
  await page.getByRole("button", { name: "Remove step" }).focus();
  await page.keyboard.press("Enter");
  await expect(step(page, /^Step 2/)).toHaveCount(0);
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(step(page, /^Step 2: Condition/)).toBeVisible();

  // The list is the same flow, with both branches.
  await page.getByRole("radio", { name: "List" }).click();
  await expect(page).toHaveURL(/view=list/);
  await expect(page.getByRole("region", { name: /: True$/ })).toBeVisible();
  await expect(page.getByRole("region", { name: /: False$/ })).toBeVisible();
});

test("a step that nothing leads to is shown, grey, and says so in the picture and in the list", async ({ as, client }) => {
  const owner = await client("owner");
  const { id } = await done<{ id: string }>(owner, "createCycleAction", { name: unique("Outside"), trigger: "Manual" });
  const page = await as("owner");
  await page.goto(`/cycles/${id}?view=list`);
  const trigger = (await step(page, /^Step 1/).getAttribute("id"))?.slice("step-".length) ?? "";
  const add = (kind: string, after: object) => done<{ id: string }>(owner, "addStepAction", { cycleId: id, kind, after });
  const condition = await add("Condition", { stepId: trigger, exit: "Forward" });
  await add("Transform", { stepId: condition.id, exit: "True" });
  await add("Delay", { stepId: condition.id, exit: "False" });
  await done(owner, "removeStepAction", { cycleId: id, stepId: condition.id });
  for (const view of ["flow", "list"]) {
    await page.goto(`/cycles/${id}?view=${view}`);
    const region = page.getByRole("region", { name: view === "flow" ? "Flow" : "Steps", exact: true });
    await expect(step(page, /^Step 1/)).toBeInViewport();
    await expect(step(page, /^Step 3: Delay.*isn't connected/)).toBeInViewport();
    await expect(region.getByText("Not connected", { exact: true })).toBeVisible();
  }
});

test("it runs once and shows each step with what it sent and got, without the credential", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const key = await sandbox.mintKey("birch");
  const connection = await installByAction(owner, {
    slug: "sandbox-crm-api-key",
    authMethodId: "api-key",
    name: unique("Seen"),
    values: { apiKey: { set: await sandbox.mintKey("acme") } },
  });
  const cycle = await makeCycle(owner, { name: unique("Seen"), connection });
  await switchExternal(owner, cycle, true);
  await mapToWebhook(owner, cycle, { ApiKey: "api_key" });
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}`);
  await page.getByRole("button", { name: "Run once" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Payload").fill("no json");
  await dialog.getByRole("button", { name: "Run once" }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  await dialog.getByLabel("Payload").fill(JSON.stringify({ api_key: key, note: "seen" }));
  await dialog.getByRole("button", { name: "Run once" }).click();
  await expect(page).toHaveURL(/\/runs\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("complementary", { name: "About this run" }).getByText("Completed")).toBeVisible();
  await page.getByText("Response 200").click();
  await expect(page.getByText('"birch"').first()).toBeVisible();
  await expect(page.getByText("[credential]").first()).toBeVisible();
  expect(await page.content()).not.toContain(key);
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await expect(page.getByRole("table", { name: "Runs" }).getByText("Completed")).toBeVisible();
  await page.getByRole("button", { name: "Failed" }).click();
  await expect(page.getByText("No run fits")).toBeVisible();
  await page.goto(`/cycles/${cycle.id}/steps/${cycle.stepId}`);
  await expect(page.getByRole("link", { name: /^200 in/ })).toBeVisible();
});

test("a failed run says whose it is and where to go", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const connection = await installByAction(owner, {
    slug: "sandbox-crm-api-key",
    authMethodId: "api-key",
    name: unique("Refused"),
    values: { apiKey: { set: "k".repeat(24) } },
  });
  const cycle = await makeCycle(owner, { name: unique("Refused"), connection, trigger: "Manual" });
  await done(owner, "updateStepAction", { cycleId: cycle.id, stepId: cycle.stepId, errorAction: "StopTransaction" });
  const { transactionId } = await done<{ transactionId: string }>(owner, "runOnceAction", { cycleId: cycle.id, payload: "" });
  await ended(owner, transactionId);
  expect(await sandbox.log()).not.toEqual([]);
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/runs/${transactionId}`);
  await expect(page.getByText(/Acme Ltd's to fix: ask them to reconnect/).first()).toBeVisible();
  await page.getByRole("link", { name: /^Reconnect/ }).click();
  await expect(page).toHaveURL(new RegExp(`/connections/${connection}$`));
});

test("a webhook asks for its secret, a running cycle can't be edited, and it stops", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const connection = await installByAction(owner, {
    slug: "sandbox-crm-api-key",
    authMethodId: "api-key",
    name: unique("Hook"),
    values: { apiKey: { set: await sandbox.mintKey("acme") } },
  });
  const cycle = await makeCycle(owner, { name: unique("Hook"), connection });
  const page = await as("owner");
  const url = await webhookOf(page, cycle);
  await page.getByRole("button", { name: "Make a secret" }).click();
  const secret = await page
    .getByRole("dialog")
    .getByText(/^whsec_/)
    .first()
    .innerText();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await expect(page.getByText("can't be edited. Stop it")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Add a step/ })).toHaveCount(0);
  const refused = await callAction(owner, "updateCycleAction", { accountId: acme, cycleId: cycle.id, name: "While it runs" });
  expect(refused.result).toMatchObject({ ok: false, error: { code: "object.running" } });
  expect((await callWebhook(url, {})).status).toBe(401);
  const called = await callWebhook(url, {}, secret);
  expect(called.status).toBe(202);
  expect((await ended(owner, called.run)).status).toBe("Completed");
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(page.getByRole("button", { name: /^Add a step after/ }).first()).toBeVisible();
});

test("a schedule is set, and the cycle says when it starts", async ({ as, client }) => {
  const owner = await client("owner");
  const { id } = await done<{ id: string }>(owner, "createCycleAction", { name: unique("Scheduled"), trigger: "Manual" });
  const page = await as("owner");
  await page.goto(`/cycles/${id}`);
  await step(page, /^Step 1/).click();
  await page.getByRole("combobox", { name: "Starts" }).click();
  await page.getByRole("option", { name: "Schedule" }).click();
  await page.getByRole("combobox", { name: "Every" }).click();
  await page.getByRole("option", { name: "15 minutes" }).click();
  await page.getByRole("button", { name: "Save trigger" }).click();
  await expect(page.getByText("Trigger saved")).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(step(page, /^Step 1.*Every 15 minutes/)).toBeVisible();
});

import { expect, test, type Sandbox } from "./fixtures";
import {
  accessToken,
  allowExternal,
  callWebhook,
  done,
  ended,
  makeCycle,
  mapToWebhook,
  runOnce,
  switchExternal,
  webhookOf,
} from "./cycle-builder";
import { callAction } from "./server-actions";
import { installByAction, installKeyed, saveOAuthSetup, unique } from "./wizard";
import { accountId } from "./fixtures";

const acme = accountId("Acme Ltd");

/** As whom the sandbox provider saw the calls of its API, oldest first. */
async function callers(sandbox: Sandbox): Promise<{ via: string; who: string }[]> {
  const log = await sandbox.log();
  return log.flatMap(({ path, caller }) =>
    /\/api\//.test(path) && caller ? [{ via: caller.via, who: caller.subject ?? caller.account }] : [],
  );
}

test.beforeEach(async ({ client }) => {
  await allowExternal(await client("administrator"), true);
  await saveOAuthSetup(await client("owner"));
});

const bearer = (client: Parameters<typeof installByAction>[0]) =>
  installByAction(client, { slug: "sandbox-crm-oauth", authMethodId: "oauth2", name: unique("OAuth"), later: true });

test("the external authentication feature needs to be turned on for each individual Partner", async ({ as, client }) => {
  const owner = await client("owner");
  const administrator = await client("administrator");
  const cycle = await makeCycle(owner, { name: unique("Gate"), connection: await bearer(owner) });
  await allowExternal(administrator, false);
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/steps/${cycle.stepId}`);
  await page.getByRole("button", { name: "Advanced settings" }).click();
  await expect(page.getByRole("button", { name: "No script" })).toBeVisible();
  await expect(page.getByRole("switch", { name: "Use External Authentication" })).toHaveCount(0);
  const refused = await callAction(owner, "setStepExternalAuthenticationAction", {
    accountId: acme,
    cycleId: cycle.id,
    stepId: cycle.stepId,
    on: true,
  });
  expect(refused.result).toMatchObject({ ok: false, error: { code: "feature.disabled" } });
  await allowExternal(administrator, true);
  await page.reload();
  await page.getByRole("button", { name: "Advanced settings" }).click();
  await expect(page.getByRole("switch", { name: "Use External Authentication" })).toBeVisible();
});

test("enabling it refreshes the modal and displays any Parameters related to Authentication", async ({ as, client }) => {
  const owner = await client("owner");
  const cycle = await makeCycle(owner, { name: unique("Shown"), connection: await bearer(owner) });
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/steps/${cycle.stepId}`);
  await page.getByRole("button", { name: "Advanced settings" }).click();
  const parameters = page.getByRole("group", { name: "Authentication parameters" });
  await expect(parameters).toHaveCount(0);
  await page.getByRole("switch", { name: "Use External Authentication" }).click();
  const token = parameters.getByRole("group", { name: /Access token/i });
  await expect(token).toBeVisible();

  // Set up like any other field mapping: from an earlier step, by a name that no run has shown yet.
  await token.getByRole("combobox", { name: /^Source of/ }).click();
  await page.getByRole("option", { name: "Earlier step" }).click();
  await token
    .getByRole("combobox", { name: /Access token/i })
    .last()
    .fill("access_token");
  await page.getByRole("option", { name: /access_token/ }).click();
  await expect(page.getByText("is treated as a secret")).toBeVisible();
  await page.getByRole("button", { name: "Save step" }).click();
  await expect(page.getByText("Step saved")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: /Access token: 1 Webhook access_token/i })).toBeVisible();
  await expect(page.getByRole("complementary", { name: "Credential and runs" }).getByText("Run", { exact: true })).toBeVisible();
});

test("it removes the restriction of requiring the connector to be authenticated before the cycle can be run", async ({
  client,
  sandbox,
}) => {
  const owner = await client("owner");
  const cycle = await makeCycle(owner, { name: unique("Never authenticated"), connection: await bearer(owner) });
  const before = await callAction(owner, "runOnceAction", { accountId: acme, cycleId: cycle.id, payload: "{}" });
  expect(before.result).toMatchObject({ ok: false });
  await switchExternal(owner, cycle, true);
  await mapToWebhook(owner, cycle, { AccessToken: "access_token" });
  const run = await runOnce(owner, cycle, { access_token: await accessToken("mia@acme.example", "ito") });
  expect(run.status).toBe("Completed");
  expect(await callers(sandbox)).toEqual([{ via: "bearer", who: "mia@acme.example" }]);
});

test("different credentials can be used each time the cycle is run", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const cycle = await makeCycle(owner, { name: unique("Two people"), connection: await bearer(owner) });
  await switchExternal(owner, cycle, true);
  await mapToWebhook(owner, cycle, { AccessToken: "access_token" });
  const url = await webhookOf(await as("owner"), cycle);
  await done(owner, "activateCycleAction", { cycleId: cycle.id });
  const tokens = [await accessToken("mia@acme.example", "ito"), await accessToken("jonas@birch.example", "okafor")];
  for (const token of tokens) {
    const called = await callWebhook(url, { access_token: token });
    expect(called.status).toBe(202);
    const run = await ended(owner, called.run);
    expect(run.status).toBe("Completed");
    for (const secret of tokens) expect(JSON.stringify(run)).not.toContain(secret);
  }
  expect(await callers(sandbox)).toEqual([
    { via: "bearer", who: "mia@acme.example" },
    { via: "bearer", who: "jonas@birch.example" },
  ]);
  await done(owner, "deactivateCycleAction", { cycleId: cycle.id });
});

test("testing methods outside of the builder will require the connector to be authenticated", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const connection = await bearer(owner);
  const cycle = await makeCycle(owner, { name: unique("Outside"), connection });
  await switchExternal(owner, cycle, true);
  await mapToWebhook(owner, cycle, { AccessToken: "access_token" });
  const outside = await callAction(owner, "callMethodAction", { accountId: acme, id: connection, methodId: "who-am-i" });
  expect(outside.result).toMatchObject({ ok: false, error: { code: "connector.not_authenticated" } });

  // Inside, with a value made up for what the run would bring.
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/steps/${cycle.stepId}`);
  await page.getByRole("button", { name: "Test step" }).click();
  await page.getByLabel("1 Webhook: access_token").fill(await accessToken("mia@acme.example", "ito"));
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await expect(page.getByRole("region", { name: "Answer" })).toContainText("200");
  expect(await callers(sandbox)).toEqual([{ via: "bearer", who: "mia@acme.example" }]);
});

test("even if you turn it off and leave the mapping, this will still get used when the cycle runs", async ({
  as,
  client,
  sandbox,
}) => {
  const owner = await client("owner");
  const connection = await installKeyed(owner, await sandbox.mintKey("acme"));
  const cycle = await makeCycle(owner, { name: unique("Left"), connection });
  await switchExternal(owner, cycle, true);
  await mapToWebhook(owner, cycle, { ApiKey: "api_key" });
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/steps/${cycle.stepId}`);
  await page.getByRole("switch", { name: "Use External Authentication" }).click();
  await expect(page.getByText(/The switch is off.*still applies until you remove it/)).toBeVisible();
  expect((await runOnce(owner, cycle, { api_key: await sandbox.mintKey("birch") })).status).toBe("Completed");
  expect(await callers(sandbox)).toEqual([{ via: "api-key", who: "birch" }]);

  // Manually removed: all values are the installed connector's again.
  await page.getByRole("button", { name: "Remove all", exact: true }).click();
  await expect(page.getByRole("group", { name: "Authentication parameters" })).toHaveCount(0);
  expect((await runOnce(owner, cycle, { api_key: "not looked at" })).status).toBe("Completed");
  expect(await callers(sandbox)).toEqual([
    { via: "api-key", who: "birch" },
    { via: "api-key", who: "acme" },
  ]);
});

test("with one of two values mapped, the other comes from the installed connector", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const connection = await installByAction(owner, {
    slug: "sandbox-crm-basic",
    authMethodId: "basic",
    name: unique("Basic"),
    values: { username: await sandbox.mintKey("acme"), password: { set: "x".repeat(12) } },
  });
  const cycle = await makeCycle(owner, { name: unique("Half"), connection });
  await switchExternal(owner, cycle, true);
  await mapToWebhook(owner, cycle, { Username: "user" });
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/steps/${cycle.stepId}`);
  const panel = page.getByRole("complementary", { name: "Credential and runs" }).getByRole("list");
  await expect(panel.getByRole("listitem").filter({ hasText: "Username" })).toContainText("Run");
  await expect(panel.getByRole("listitem").filter({ hasText: "Password" })).toContainText("Account");
  const birch = await sandbox.mintKey("birch");
  await runOnce(owner, cycle, { user: birch });
  const sent = (await sandbox.log()).filter(({ path }) => /\/api\//.test(path)).at(-1)?.headers.authorization;
  expect(sent).toBe(`Basic ${Buffer.from(`${birch}:${"x".repeat(12)}`).toString("base64")}`);
});

test("a mapped value that is empty fails the step by its name, and nothing falls back", async ({ client, sandbox }) => {
  const owner = await client("owner");
  const connection = await installKeyed(owner, await sandbox.mintKey("acme"));
  const cycle = await makeCycle(owner, { name: unique("Empty"), connection });
  await switchExternal(owner, cycle, true);
  await mapToWebhook(owner, cycle, { ApiKey: "api_key" });
  await done(owner, "updateStepAction", { cycleId: cycle.id, stepId: cycle.stepId, errorAction: "StopTransaction" });
  const run = await runOnce(owner, cycle, { api_key: "" });
  expect(run.status).toBe("Failed");
  expect(run.error?.message).toMatch(/API ?Key/i);
  expect(await callers(sandbox)).toEqual([]);
});

test("a type without authentication parameters says so", async ({ as, client }) => {
  const owner = await client("owner");
  const connection = await installByAction(owner, {
    slug: "sandbox-crm-none",
    authMethodId: "none",
    name: unique("None"),
    later: true,
  });
  const cycle = await makeCycle(owner, { name: unique("Nothing"), connection, method: "list-contacts" });
  await switchExternal(owner, cycle, true);
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/steps/${cycle.stepId}`);
  await expect(page.getByText("has no authentication parameters")).toBeVisible();
});

test("the administrator switches it off again: mappings go on applying, and the modal says so", async ({
  as,
  client,
  sandbox,
}) => {
  const owner = await client("owner");
  const connection = await installKeyed(owner, await sandbox.mintKey("acme"));
  const cycle = await makeCycle(owner, { name: unique("Taken away"), connection });
  await switchExternal(owner, cycle, true);
  await mapToWebhook(owner, cycle, { ApiKey: "api_key" });
  await allowExternal(await client("administrator"), false);
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/steps/${cycle.stepId}`);
  await expect(page.getByText("Your administrator has switched External Authentication off.")).toBeVisible();
  await expect(page.getByRole("switch", { name: "Use External Authentication" })).toHaveCount(0);
  expect((await runOnce(owner, cycle, { api_key: await sandbox.mintKey("birch") })).status).toBe("Completed");
  expect(await callers(sandbox)).toEqual([{ via: "api-key", who: "birch" }]);
});

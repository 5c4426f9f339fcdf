import { importConnector, publish, slugOf } from "./custom-connector-editor";
import { done, ended, makeCycle } from "./cycle-builder";
import { accountId, expect, test } from "./fixtures";
import { callAction } from "./server-actions";
import { installByAction, installKeyed, saveSetup, unique } from "./wizard";

const acme = accountId("Acme Ltd");

test("a start that is refused lists what is missing, each with the way there", async ({ as, client }) => {
  const owner = await client("owner");
  const name = unique("Never signed in");
  const connection = await installByAction(owner, { slug: "sandbox-crm-api-key", authMethodId: "api-key", name, later: true });
  const cycle = await makeCycle(owner, { name: unique("Not yet"), connection, method: "get-contact" });
  const refused = await callAction(owner, "activateCycleAction", { accountId: acme, cycleId: cycle.id });
  expect(refused.result).toMatchObject({ ok: false, error: { details: { prerequisites: [{ code: 20 }, { code: 40 }] } } });
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/runs`);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "It can't start yet" });
  await expect(dialog.getByText("2 things are missing.")).toBeVisible();
  await expect(dialog.getByRole("listitem")).toHaveCount(2);
  await dialog.getByRole("link", { name: /Contact ID/ }).click();
  await expect(page).toHaveURL(new RegExp(`/cycles/${cycle.id}/steps/${cycle.stepId}`));
  await expect(page.getByRole("group", { name: /^Contact ID/ })).toBeVisible();
  await expect(page.getByRole("dialog", { name: "It can't start yet" })).toHaveCount(0);
  await page.goto(`/cycles/${cycle.id}`);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await dialog.getByRole("link", { name: new RegExp(name) }).click();
  await expect(page).toHaveURL(new RegExp(`/connections/${connection}$`));
});

test("a run is cancelled while it waits, and nothing more of it happens", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const connection = await installKeyed(owner, await sandbox.mintKey("acme"));
  const cycle = await makeCycle(owner, { name: unique("Cancelled"), connection, trigger: "Manual" });
  await done(owner, "addStepAction", {
    cycleId: cycle.id,
    kind: "Delay",
    name: "Wait",
    delay: { unit: "Hours", interval: 1 },
    after: { stepId: cycle.triggerId, exit: "Forward" },
  });
  const { transactionId } = await done<{ transactionId: string }>(owner, "runOnceAction", { cycleId: cycle.id, payload: "" });
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/runs/${transactionId}`);
  const facts = page.getByRole("complementary", { name: "About this run" });
  await expect(facts.getByText("Waiting", { exact: true })).toBeVisible();
  await facts.getByRole("button", { name: "Cancel run" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel run" }).click();
  await expect(facts.getByText("Cancelled", { exact: true })).toBeVisible();
  await expect(facts.getByRole("button", { name: "Cancel run" })).toHaveCount(0);
  expect(await sandbox.log({ path: "/api/" })).toEqual([]);
});

test("a run is cancelled while its call is under way", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const connection = await installKeyed(owner, await sandbox.mintKey("acme"));
  const cycle = await makeCycle(owner, { name: unique("Cut off"), connection, trigger: "Manual" });
  await sandbox.fault({ kind: "slow", on: "api", ms: 20_000 });
  const { transactionId } = await done<{ transactionId: string }>(owner, "runOnceAction", { cycleId: cycle.id, payload: "" });
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/runs/${transactionId}`);
  await expect(page.getByText("is running", { exact: false }).first()).toBeVisible();
  await page.getByRole("button", { name: "Cancel run" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel run" }).click();
  expect((await ended(owner, transactionId)).status).toBe("Cancelled");
});

test("a schedule begins by itself, and its run says so", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const connection = await installKeyed(owner, await sandbox.mintKey("acme"));
  const cycle = await makeCycle(owner, { name: unique("Clockwork"), connection, trigger: "Schedule" });
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/steps/${cycle.triggerId}`);
  await page.getByRole("combobox", { name: "Every" }).click();
  await page
    .getByRole("option", { name: "1 minute", exact: true })
    .or(page.getByRole("option", { name: "minute", exact: true }))
    .click();
  await page.getByRole("button", { name: "Save trigger" }).click();
  await expect(page.getByText("Trigger saved")).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await expect(page.getByText("can't be edited. Stop it")).toBeVisible();
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  const row = page.getByRole("table", { name: "Runs" }).getByRole("row").nth(1);
  await expect(row).toContainText("Completed", { timeout: 20_000 });
  await expect(row).toContainText("Schedule");
  expect(await sandbox.log({ path: "/api/me" })).toHaveLength(1);
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(page.getByRole("button", { name: "Start", exact: true })).toBeVisible();
});

test("each try of a step is kept, and the dashboard says whose the failures are", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const connection = await installKeyed(owner, await sandbox.mintKey("acme"));
  const cycle = await makeCycle(owner, { name: unique("Tried"), connection, trigger: "Manual" });
  await done(owner, "updateStepAction", { cycleId: cycle.id, stepId: cycle.stepId, errorAction: "Retry" });
  await sandbox.fault({ kind: "answer", on: "api", status: 503, body: { error: "try one" } });
  const { transactionId } = await done<{ transactionId: string }>(owner, "runOnceAction", { cycleId: cycle.id, payload: "" });
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/runs/${transactionId}`);
  await expect(page.getByText("Waits to try again")).toBeVisible();
  await page.goto("/dashboard");
  const failures = page.getByText("Provider's fault").last();
  await expect(page.getByText("Steps that failed, and whose that is")).toBeVisible();
  await expect(failures).toBeVisible();
  await page.goto(`/cycles/${cycle.id}/runs/${transactionId}`);
  await page.getByRole("button", { name: "Go on now" }).click();
  await expect(page.getByRole("complementary", { name: "About this run" }).getByText("Completed")).toBeVisible();
  await expect(page.getByText("2 tries")).toBeVisible();
  await page.getByText("1 earlier try").click();
  await page.getByText("Response 503").click();
  await expect(page.getByText("try one").first()).toBeVisible();
  await page.getByText("Response 200").click();
  await expect(page.getByText('"via": "api-key"').first()).toBeVisible();
});

test("AuthRefreshException on a 200 with an error body fetches a new token in the middle of a call", async ({
  as,
  client,
  sandbox,
}) => {
  const owner = await client("owner");
  const page = await as("owner");
  const uid = await importConnector(owner, {
    slug: unique("refreshing").replaceAll(" ", "-"),
    name: unique("Refreshing"),
    baseUrl: sandbox.url,
    authMethods: [
      {
        id: "client-credentials",
        type: "OAuth2",
        parameters: [
          { name: "client_id", title: "Client ID" },
          { name: "client_secret", title: "Client Secret", secret: true },
        ],
        oauth2: {
          grant: "ClientCredentials",
          tokenEndpoint: `${sandbox.url}/token`,
          tokenEndpointAuthMethod: "client_secret_basic",
        },
        lifetime: { source: "response", renew: "reissue" },
      },
    ],
    methods: [{ id: "who-am-i", name: "Who am I", httpMethod: "GET", endpoint: "/api/me" }],
    script: `function after_action() {
      if (method_response.error === "token_expired") throw new AuthRefreshException();
      return true;
    }`,
  });
  await page.goto(`/connectors/custom/${uid}`);
  await publish(page);
  const slug = await slugOf(page);
  await saveSetup(owner, slug, { client_id: "keyway-sandbox", client_secret: { set: "sandbox-secret-7Qw2mX" } });
  const connection = await installByAction(owner, { slug, authMethodId: "client-credentials", name: unique("Refreshing") });
  await page.goto(`/connections/${connection}/methods?method=who-am-i`);
  const answer = page.getByRole("region", { name: "Answer" });
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await expect(answer).toContainText('"via": "bearer"');
  const tokens = (await sandbox.log({ path: "/token" })).length;
  await sandbox.fault({ kind: "error-in-200", on: "api", error: "token_expired" });
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await expect.poll(async () => (await sandbox.log({ path: "/api/me" })).length).toBe(3);
  expect(await sandbox.log({ path: "/token" })).toHaveLength(tokens + 1);
  await expect(answer).toContainText('"via": "bearer"');
  await expect(answer).not.toContainText("token_expired");
  const seen = (await sandbox.log({ path: "/api/me" })).map((r) => r.headers.authorization);
  expect(seen[1]).toBe(seen[0]);
  expect(seen[2]).not.toBe(seen[1]);
});

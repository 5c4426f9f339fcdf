import { done, ended, makeCycle, runOnce } from "./cycle-builder";
import { accountId, expect, readDemo, test, type Page } from "./fixtures";
import { RestClient } from "./rest-client";
import { installByAction, installKeyed, unique } from "./wizard";

/** Chooses where the value of a slot comes from. Out: the slot's group. */
async function sourceOf(page: Page, title: string, source: string) {
  const slot = page.getByRole("group", { name: new RegExp(`^${title}`) });
  await slot.getByRole("combobox", { name: `Source of ${title}` }).click();
  await page.getByRole("option", { name: source }).click();
  return slot;
}

async function save(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Save step" }).click();
  await expect(page.getByText("Step saved")).toBeVisible();
}

test("a value is looked up at the provider, and sent as it was picked", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const connection = await installKeyed(owner, await sandbox.mintKey("acme"));
  const cycle = await makeCycle(owner, { name: unique("Looked up"), connection, method: "get-contact", trigger: "Manual" });
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/steps/${cycle.stepId}`);
  const slot = await sourceOf(page, "Contact ID", "Look up");
  await slot.getByRole("combobox", { name: "Contact ID", exact: true }).click();
  await expect(page.getByRole("option", { name: /Ada Brandt/ })).toBeVisible();
  await slot.getByRole("combobox", { name: "Contact ID", exact: true }).fill("noor");
  await expect(page.getByRole("option", { name: /Ada Brandt/ })).toHaveCount(0);
  await page.getByRole("option", { name: /Noor Haddad/ }).click();
  await save(page);
  await page.reload();
  await expect(page.getByRole("combobox", { name: "Contact ID", exact: true })).toHaveValue("Noor Haddad");
  const run = await runOnce(owner, cycle, {});
  expect(run.steps[0]?.output).toMatchObject({ id: "acme-3", name: "Noor Haddad" });
});

test("a provider that refuses a look-up is quoted beside the field", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const connection = await installByAction(owner, {
    slug: "sandbox-crm-api-key",
    authMethodId: "api-key",
    name: unique("Refused look-up"),
    values: { apiKey: { set: "k".repeat(24) } },
  });
  expect(await sandbox.log()).toEqual([]);
  const cycle = await makeCycle(owner, { name: unique("Refused look-up"), connection, method: "get-contact" });
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/steps/${cycle.stepId}`);
  const slot = await sourceOf(page, "Contact ID", "Look up");
  await slot.getByRole("combobox", { name: "Contact ID", exact: true }).click();
  await expect(slot.getByRole("alert")).toContainText("refused the look-up");
});

test("a lookup fills the form of a method test, and takes what is typed besides", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const connection = await installKeyed(owner, await sandbox.mintKey("acme"));
  const page = await as("owner");
  await page.goto(`/connections/${connection}/methods?method=get-contact`);
  const field = page.getByRole("combobox", { name: "Contact ID" });
  await field.click();
  await page.getByRole("option", { name: /Ivo Castell/ }).click();
  const answer = page.getByRole("region", { name: "Answer" });
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await expect(answer).toContainText("ivo.castell@");
  await field.fill("acme-5");
  await page
    .getByRole("option", { name: /acme-5.*As typed|Tomas/ })
    .first()
    .click();
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await expect(answer).toContainText("tomas.novak@");
});

test("a sign-in offers what the provider has only where there is a credential to ask with", async ({ client, sandbox }) => {
  const owner = await client("owner");
  const acme = accountId("Acme Ltd");
  const asks = async (id: number) => {
    const answer = await owner.get(`/api/live/connections/${id}?account=${acme}`);
    return ((await answer.json()) as { asksProvider: boolean }).asksProvider;
  };
  const method = { slug: "sandbox-crm-api-key", authMethodId: "api-key" };
  expect(await asks(await installByAction(owner, { ...method, name: unique("Later"), later: true }))).toBe(false);
  expect(await asks(await installKeyed(owner, await sandbox.mintKey("acme")))).toBe(true);
});

test("a body is typed as JSON with merge fields, and the fields come back when it is taken away", async ({
  as,
  client,
  sandbox,
}) => {
  const owner = await client("owner");
  const connection = await installKeyed(owner, await sandbox.mintKey("acme"));
  const cycle = await makeCycle(owner, { name: unique("Raw"), connection, method: "create-contact" });
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/steps/${cycle.stepId}`);
  const name = await sourceOf(page, "Name", "Typed value");
  await name.getByRole("textbox").fill("From a field");
  await page.getByRole("radio", { name: "Raw JSON" }).click();
  const body = page.getByRole("textbox", { name: "JSON body" });
  await body.fill('{ "name": "{{trigger.first}} Diaz", "tags": ');
  await expect(page.getByText("This isn't JSON yet")).toBeVisible();
  await body.fill('{ "name": "{{trigger.first}} Diaz", "tags": {{trigger.tags}} }');
  await expect(page.getByText("This isn't JSON yet")).toHaveCount(0);
  await save(page);
  const run = await runOnce(owner, cycle, { first: 'Ana "A"', tags: ["new", "vip"] });
  expect(run.steps[0]?.output).toMatchObject({ name: 'Ana "A" Diaz', tags: ["new", "vip"] });
  await page.reload();
  await page.getByRole("radio", { name: "Fields", exact: true }).click();
  await expect(page.getByRole("group", { name: /^Name/ }).getByRole("textbox")).toHaveValue("From a field");
  await save(page);
  expect((await runOnce(owner, cycle, {})).steps[0]?.output).toMatchObject({ name: "From a field" });
});

test("a custom field of a connection is mapped like the others, is sent, and is left out once it is gone", async ({
  as,
  client,
  sandbox,
}) => {
  const owner = await client("owner");
  const connection = await installKeyed(owner, await sandbox.mintKey("acme"));
  const demo = readDemo();
  const api = (await RestClient.signIn((path, init) => fetch(demo.url + path, init), demo.api)).withAccount("acme");
  const { Connector } = (await api.get(`/account/connectors/${connection}`)).body;
  const [method] = (await api.get(`/connectors/${Connector.Id}/methods?query=Create contact`)).body;
  const fields = `/account/connectors/${connection}/fields`;
  const added = await api.post(fields, {
    ConnectorField: "nickname",
    DisplayName: "Nickname",
    MethodUniqueIdentifier: method.MethodUniqueIdentifier,
    ForRequestFormat: true,
  });
  const cycle = await makeCycle(owner, { name: unique("Custom field"), connection, method: "create-contact" });
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/steps/${cycle.stepId}`);
  await (await sourceOf(page, "Name", "Typed value")).getByRole("textbox").fill("Nia");
  await page.getByRole("button", { name: "Show unmapped" }).click();
  await (await sourceOf(page, "Nickname", "Typed value")).getByRole("textbox").fill("{{trigger.nick}}");
  await save(page);
  // This provider takes no names but its own: what it was sent is seen in the run.
  const refused = await runOnce(owner, cycle, { nick: "Ni" });
  expect(JSON.stringify(refused.steps[0])).toContain('\\"nickname\\":\\"Ni\\"');
  await api.delete(`${fields}/${added.body.Id}`);
  expect((await runOnce(owner, cycle, { nick: "Ni" })).steps[0]?.output).toMatchObject({ name: "Nia" });
  await page.reload();
  await expect(page.getByRole("group", { name: /^Name/ })).toBeVisible();
  await expect(page.getByRole("group", { name: /^Nickname/ })).toHaveCount(0);
});

test("a variable is added, used by a step, changed and removed", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const connection = await installKeyed(owner, await sandbox.mintKey("acme"));
  const cycle = await makeCycle(owner, { name: unique("Variable"), connection, method: "create-contact", trigger: "Manual" });
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}`);
  const add = page.getByRole("button", { name: "Add", exact: true });
  await add.click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Default company");
  await dialog.getByLabel("Value").fill("Okafor Ltd");
  await dialog.getByRole("button", { name: "Save variable" }).click();
  await expect(page.getByRole("button", { name: /^Default company/ })).toContainText("Okafor Ltd");
  await page.goto(`/cycles/${cycle.id}/steps/${cycle.stepId}`);
  const name = await sourceOf(page, "Name", "Variable");
  await name.getByRole("combobox", { name: "Name", exact: true }).click();
  await page.getByRole("option", { name: "Default company" }).click();
  await save(page);
  expect((await runOnce(owner, cycle, {})).steps[0]?.output).toMatchObject({ name: "Okafor Ltd" });
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: /^Default company/ }).click();
  await dialog.getByLabel("Value").fill("Changed Ltd");
  await dialog.getByRole("button", { name: "Save variable" }).click();
  await expect(page.getByRole("button", { name: /^Default company/ })).toContainText("Changed Ltd");
  expect((await runOnce(owner, cycle, {})).steps[0]?.output).toMatchObject({ name: "Changed Ltd" });
  await page.getByRole("button", { name: /^Default company/ }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("button", { name: /^Default company/ })).toHaveCount(0);
  // A step that used it is no longer whole.
  await expect(page.getByRole("list", { name: "Before it can run" })).toContainText("Name");
});

test("a list runs the steps behind it for each item, and each is seen by itself", async ({ as, client, sandbox }) => {
  const owner = await client("owner");
  const connection = await installKeyed(owner, await sandbox.mintKey("acme"));
  const cycle = await makeCycle(owner, { name: unique("Each"), connection, method: "list-contacts", trigger: "Manual" });
  await done(owner, "saveStepSetupAction", {
    cycleId: cycle.id,
    stepId: cycle.stepId,
    mappings: [{ kind: "Parameter", name: "pageSize", mappingType: "StaticValue", value: "3" }],
    step: { collectionSplitType: "All" },
  });
  const second = await done<{ id: string }>(owner, "addStepAction", {
    cycleId: cycle.id,
    kind: "Action",
    accountConnectorId: connection,
    methodId: "get-contact",
    after: { stepId: cycle.stepId, exit: "Forward" },
  });
  const mapping = {
    kind: "Parameter",
    name: "id",
    mappingType: "StepOutput",
    sourceStepId: cycle.stepId,
    sourceField: "[contacts].id",
  };
  await done(owner, "saveStepSetupAction", { cycleId: cycle.id, stepId: second.id, mappings: [mapping] });
  const { transactionId } = await done<{ transactionId: string }>(owner, "runOnceAction", { cycleId: cycle.id, payload: "" });
  expect((await ended(owner, transactionId)).status).toBe("Completed");
  expect((await sandbox.log({ path: "/api/contacts/" })).map((r) => r.path).sort()).toEqual([
    "/api/contacts/acme-1",
    "/api/contacts/acme-2",
    "/api/contacts/acme-3",
  ]);
  const page = await as("owner");
  await page.goto(`/cycles/${cycle.id}/runs/${transactionId}`);
  await expect(page.getByText("3 of 3 completed")).toBeVisible();
  await page.getByRole("link", { name: "See each of them" }).click();
  const rows = page.getByRole("table", { name: "Runs" }).getByRole("link");
  await expect(rows).toHaveCount(3);
  await rows.nth(1).click();
  await expect(page.getByText("A list, item 2")).toBeVisible();
  await page.getByText("Response 200").click();
  await expect(page.getByText("Ivo Castell").first()).toBeVisible();

  // Only the first, or the list whole.
  await done(owner, "updateStepAction", { cycleId: cycle.id, stepId: cycle.stepId, collectionSplitType: "First" });
  const first = await runOnce(owner, cycle, {});
  expect(first.steps.map((s) => s.status)).toEqual(["Completed", "Completed"]);
  expect(await sandbox.log({ path: "/api/contacts/" })).toHaveLength(4);
});

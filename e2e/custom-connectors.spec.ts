import type { APIRequestContext } from "@playwright/test";
import {
  addAuthField,
  addMethod,
  begin,
  choose,
  importConnector,
  openTab,
  publish,
  save,
  slugOf,
  tryIt,
} from "./custom-connector-editor";
import { accountId, expect, readDemo, test, type Page, type Sandbox } from "./fixtures";
import { SAMPLE_AUTH_FIELDS } from "./providers/auth-fields";
import { OAUTH1_CONSUMERS } from "./providers/oauth1-server";
import { STATIC_CLIENT } from "./providers/clients";
import { callAction } from "./server-actions";
import { expectConnected, installByAction, nameIt, providerWindow, saveSetup, signInAtProvider } from "./wizard";

const FIELDS = SAMPLE_AUTH_FIELDS[0]!;
const sandboxUrl = readDemo().sandbox.url;
const CLIENT = { "Client ID": STATIC_CLIENT.clientId, "Client Secret": STATIC_CLIENT.clientSecret };
const PERSON = { Username: "mia@acme.example", Password: "ito" };

interface Kind {
  readonly name: string;
  readonly type: string;
  readonly grant?: string;
  /** What is filled in the Authentication tab, by label. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly httpMethod?: "GET" | "POST";
  readonly endpoint?: string;
  readonly switches?: readonly string[];
  /** What "Try it" is given, by label. */
  readonly values: (sandbox: Sandbox) => Promise<Readonly<Record<string, string>>>;
}

const tokenUrl = { AccessTokenUrl: `${sandboxUrl}/token` };

const KINDS: readonly Kind[] = [
  { name: "None", type: "None", endpoint: "/open/contacts", values: async () => ({}) },
  { name: "Basic", type: "Basic", values: async () => PERSON },
  { name: "ClientCredentials", type: "OAuth2", grant: "ClientCredentials", fields: tokenUrl, values: async () => CLIENT },
  {
    name: "PasswordCredentials",
    type: "OAuth2",
    grant: "PasswordCredentials",
    fields: tokenUrl,
    values: async () => ({ ...CLIENT, ...PERSON }),
  },
  {
    name: "AuthFields",
    type: "AuthFields",
    httpMethod: "POST",
    endpoint: "/api/auth-fields/me",
    switches: ["Test mode"],
    values: async () => ({ Token: FIELDS.token, "Account ID": String(FIELDS.account_id) }),
  },
];

const SIGNED_IN = [
  {
    name: "AuthorisationCode",
    type: "OAuth2",
    fields: { AuthoriseUrl: `${sandboxUrl}/auth`, ...tokenUrl, Scopes: "contacts.read" },
    client: { client_id: STATIC_CLIENT.clientId, client_secret: { set: STATIC_CLIENT.clientSecret } },
    endpoint: "/api/me",
    via: "bearer",
  },
  {
    name: "OAuth1",
    type: "OAuth1",
    fields: {
      RequestTokenUrl: `${sandboxUrl}/oauth1/request_token`,
      AuthorizeUrl: `${sandboxUrl}/oauth1/authorize`,
      AccessTokenUrl: `${sandboxUrl}/oauth1/access_token`,
    },
    client: { client_id: OAUTH1_CONSUMERS[0].key, client_secret: { set: OAUTH1_CONSUMERS[0].secret } },
    endpoint: "/oauth1/api/me",
    via: "oauth1",
  },
] as const;

/** A draft with one method and no authentication yet, its Authentication tab open. */
async function openDraft(
  page: Page,
  client: APIRequestContext,
  { name, endpoint = "/api/me", httpMethod = "GET" }: Pick<Kind, "name" | "endpoint" | "httpMethod">,
): Promise<void> {
  const uid = await importConnector(client, {
    slug: `own-${name.toLowerCase()}`,
    name: `Own ${name}`,
    baseUrl: sandboxUrl,
    authMethods: [{ id: "none", type: "None" }],
    methods: [{ id: "who-am-i", name: "Who am I", httpMethod, endpoint }],
    testMethod: "who-am-i",
  });
  await page.goto(`/connectors/custom/${uid}/authentication`);
}

/** Chooses the type, fills what it asks for, and saves. */
async function setAuthentication(
  page: Page,
  { type, grant, fields = {} }: Pick<Kind, "type" | "grant" | "fields">,
): Promise<void> {
  if (type !== "None") await choose(page, "AuthType", type);
  if (grant) await choose(page, "OAuth2Type", grant);
  for (const [label, value] of Object.entries(fields)) await page.getByRole("textbox", { name: label, exact: true }).fill(value);
  if (type === "AuthFields") {
    await addAuthField(page, "Account ID", "account_id", "Number");
    await addAuthField(page, "Test mode", "test_mode", "Boolean");
  }
  if (type !== "None") await save(page);
}

test("from nothing to a successful call, click by click", async ({ as, sandbox }) => {
  const page = await as("owner");
  await begin(page, "Own ApiKey", "ApiKey");
  await openTab(page, "Authentication");
  await page.getByRole("textbox", { name: "AuthScheme", exact: true }).fill("X-Api-Key");
  await save(page);
  await addMethod(page, "GET", "/api/me");
  await tryIt(page, { "API key": await sandbox.mintKey() });
});

test.describe("each type is set up and called", () => {
  for (const kind of KINDS) {
    test(kind.name, async ({ as, client, sandbox }) => {
      const page = await as("owner");
      await openDraft(page, await client("owner"), kind);
      await setAuthentication(page, kind);
      await tryIt(page, await kind.values(sandbox), kind.switches);
    });
  }

  for (const kind of SIGNED_IN) {
    test(`${kind.name}, signed in at the provider`, async ({ as, client }) => {
      const page = await as("owner");
      await openDraft(page, await client("owner"), kind);
      await setAuthentication(page, kind);
      await publish(page);
      await expect(page.getByText("Live 1.0")).toBeVisible();
      const slug = await slugOf(page);
      await saveSetup(await client("owner"), slug, kind.client);
      const name = `Own ${kind.name} of Acme`;
      await page.goto(`/accounts/${accountId("Acme Ltd")}/install/${slug}`);
      await nameIt(page, name);
      await signInAtProvider(await providerWindow(page));
      await expectConnected(page, name);
      await page.getByRole("link", { name: "Done" }).click();
      await page.getByRole("link", { name: "Methods" }).click();
      await page.getByRole("button", { name: "Call", exact: true }).click();
      const answer = page.getByRole("region", { name: "Answer" });
      await expect(answer.getByRole("status").first()).toContainText("200");
      await expect(answer).toContainText(`"via": "${kind.via}"`);
    });
  }
});

test("a definition that is wrong isn't saved, and says where; another type shows other fields at once", async ({
  as,
  client,
}) => {
  const page = await as("owner");
  await openDraft(page, await client("owner"), { name: "mistakes" });
  await choose(page, "AuthType", "ApiKey");
  await expect(page.getByRole("textbox", { name: "AuthScheme" })).toHaveCount(1);
  await choose(page, "AuthType", "OAuth2");
  await expect(page.getByRole("textbox", { name: "AuthScheme" })).toHaveCount(0);
  await page.getByRole("textbox", { name: "AccessTokenUrl" }).fill("http://auth.example.com/token");
  await page.getByRole("button", { name: /^Save changes/ }).click();
  await expect(page.getByRole("textbox", { name: "AuthoriseUrl" })).toBeFocused();
  for (const wrong of ["AuthoriseUrl", "AccessTokenUrl"])
    await expect(page.getByRole("textbox", { name: wrong })).toHaveAttribute("aria-invalid", "true");
  await page.reload();
  await expect(page.getByRole("combobox", { name: "AuthType" })).toContainText("None");
});

test("the bearer script of the documentation, typed into the editor", async ({ as, client, sandbox }) => {
  const page = await as("owner");
  await openDraft(page, await client("owner"), { name: "bearer" });
  await setAuthentication(page, { type: "ApiKey" });
  await openTab(page, "Script");
  await page.getByRole("textbox", { name: "Script of the connector" }).click();
  const script = [
    "function before_action() {",
    "method_request_headers.Authorization = 'Bearer ' + method_auth_value;",
    "return true;",
  ];
  // Key by key, so that the editor's own brackets, indents and completions are in it.
  for (const line of script) {
    await page.keyboard.type(line);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
  }
  await save(page);
  const key = await sandbox.mintKey();
  await tryIt(page, { "API key": key });
  const [call] = await sandbox.log({ method: "GET", path: "/api/me" });
  expect(JSON.stringify(call)).toContain(`Bearer ${key}`);
});

test("an OpenAPI document is imported and a method of it is called", async ({ as, sandbox }) => {
  const page = await as("owner");
  await page.goto("/connectors/custom/import");
  await page.getByText("File or pasted").click();
  await page.getByRole("textbox", { name: "Document" }).fill(
    JSON.stringify({
      openapi: "3.1.0",
      info: { title: "Imported CRM", version: "1" },
      servers: [{ url: sandboxUrl }],
      components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Api-Key" } } },
      security: [{ key: [] }],
      paths: {
        "/api/me": {
          get: { summary: "Who am I", tags: ["Account"], responses: { 200: { description: "ok" } } },
          trace: { responses: {} },
        },
      },
    }),
  );
  await page.getByRole("button", { name: "Read document" }).click();
  await expect(page.getByText("1 in 1 category")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("list", { name: "Not carried over" })).toContainText("TRACE /api/me");
  await page.getByRole("button", { name: "Create connector" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Imported CRM" })).toBeVisible();
  await openTab(page, "Try it");
  const field = page.getByRole("form", { name: "Try it" }).getByRole("textbox");
  await expect(field).toHaveCount(1);
  await tryIt(page, { [(await field.getAttribute("aria-label")) ?? "API key"]: await sandbox.mintKey() });
});

test("from draft to live, with an upgrade", async ({ as, client }) => {
  test.setTimeout(120_000);
  const page = await as("owner");
  await openDraft(page, await client("owner"), { name: "releases", endpoint: "/open/contacts" });
  await expect(page.getByRole("link", { name: "Install into account" })).toHaveCount(0);
  await publish(page);
  await expect(page.getByText("Live 1.0")).toBeVisible();
  const slug = await slugOf(page);
  await installByAction(await client("owner"), { slug, authMethodId: "none", name: "Installed one", later: true });
  await openTab(page, "Settings");
  await page.getByRole("textbox", { name: "Description" }).fill("Things, and more of them.");
  await save(page);
  await expect(page.getByText("Draft", { exact: true }).first()).toBeVisible();
  await publish(page, "Major");
  await expect(page.getByText("Live 2.0")).toBeVisible();
  const releases = page.url().replace(/\/[^/]*$/, (last) => (/releases|authentication/.test(last) ? "" : last));
  await page.goto("/connections?q=Installed one");
  await expect(page.getByRole("row", { name: /Installed one/ })).toContainText("Update available");
  await page.getByRole("link", { name: "Installed one" }).click();
  await expect(page.getByRole("button", { name: "Upgrade to 2.0" })).toBeVisible();
  await page.goto(`${releases}/releases`);
  const outdated = page.getByRole("table", { name: "Installations on earlier releases" });
  await expect(outdated.getByRole("row", { name: /Installed one/ })).toContainText("Update available");
  await outdated.getByRole("button", { name: "Upgrade Installed one" }).click();
  await expect(outdated).toHaveCount(0);
  await expect(page.getByRole("row", { name: /^2\.0/ }).getByRole("cell").nth(3)).toHaveText("1");
});

test("an export is imported without loss", async ({ client }) => {
  const owner = await client("owner");
  const { result: cloned } = await callAction(owner, "cloneConnectorAction", { slug: "pipedrive", name: "Own Pipedrive" });
  const { uid } = (cloned as unknown as { value: { uid: string } }).value;
  const text = await (await owner.get(`/api/custom-connectors/${uid}/export`)).text();
  const { result: imported } = await callAction(owner, "importDefinitionAction", { text });
  const again = (imported as unknown as { value: { uid: string } }).value.uid;
  const back = (await (await owner.get(`/api/custom-connectors/${again}/export`)).json()) as { slug: string };
  const given = JSON.parse(text) as { slug: string };
  expect(again).not.toBe(uid);
  expect({ ...back, slug: given.slug }).toEqual(given);
});

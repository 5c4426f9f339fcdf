import type { APIRequestContext } from "@playwright/test";
import { expect, readDemo, type Page } from "./fixtures";
import { callAction } from "./server-actions";

/** Makes a connector of its definition, as an import does. In: what differs from a name alone. Out: its unique identifier. */
export async function importConnector(client: APIRequestContext, definition: object): Promise<string> {
  const { result } = await callAction(client, "importDefinitionAction", { text: JSON.stringify(definition) });
  expect(result, "an import").toMatchObject({ ok: true });
  return (result as unknown as { value: { uid: string } }).value.uid;
}

/** Presses Save and waits until nothing is unsaved. */
export async function save(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Save changes/ }).click();
  await expect(page.getByText("Saved", { exact: true }).last()).toBeVisible();
  await expect(page.getByText("Unsaved changes")).toHaveCount(0);
}

/** Opens a tab of the editor. */
export async function openTab(page: Page, name: string): Promise<void> {
  const link = page.getByRole("link", { name: new RegExp(`^${name}\\d*$`) }).last();
  const href = await link.getAttribute("href");
  await link.click();
  await page.waitForURL(`**${href}`);
}

export async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: new RegExp(`^${option}`) }).click();
}

/** From nothing to a draft with the sandbox provider as its base URL. */
export async function begin(page: Page, name: string, type: string): Promise<void> {
  await page.goto("/connectors/custom");
  await page.getByRole("button", { name: "New connector" }).click();
  const dialog = page.getByRole("dialog", { name: "New connector" });
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  if (type !== "ApiKey") await choose(page, "AuthType", type);
  await dialog.getByRole("button", { name: "Create connector" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await page.getByRole("textbox", { name: "Base URL" }).fill(readDemo().sandbox.url);
  await save(page);
}

/** Adds the method "Who am I". */
export async function addMethod(page: Page, httpMethod: string, endpoint: string): Promise<void> {
  await openTab(page, "Methods");
  await page.getByRole("link", { name: "Add method" }).first().click();
  await page.getByRole("textbox", { name: "Name" }).first().fill("Who am I");
  if (httpMethod !== "GET") await choose(page, "HTTP method", httpMethod);
  await page.getByRole("textbox", { name: "Endpoint" }).fill(endpoint);
  await page.getByRole("button", { name: /^Add method/ }).click();
  await expect(page).toHaveURL(/methods\/who-am-i$/);
}

/** Adds a field that goes into the body of every POST. */
export async function addAuthField(page: Page, name: string, key: string, type: string): Promise<void> {
  await page.getByRole("button", { name: "Add field" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).last().fill(name);
  await page.getByRole("textbox", { name: "Key", exact: true }).last().fill(key);
  await page.getByRole("combobox", { name: "Type", exact: true }).last().click();
  await page.getByRole("option", { name: type, exact: true }).click();
}

/** A call of the draft with what is typed; no key, secret or password of it stands in the answer. */
export async function tryIt(
  page: Page,
  values: Readonly<Record<string, string>>,
  switches: readonly string[] = [],
): Promise<void> {
  await openTab(page, "Try it");
  const form = page.getByRole("form", { name: "Try it" });
  for (const [label, value] of Object.entries(values)) await form.getByRole("textbox", { name: label, exact: true }).fill(value);
  for (const label of switches) await form.getByRole("switch", { name: label, exact: true }).click();
  await form.getByRole("button", { name: "Try it" }).click();
  const answer = page.getByRole("region", { name: "Answer" });
  await expect(answer.getByRole("status").first()).toContainText("200");
  for (const [label, value] of Object.entries(values))
    if (/key|secret|token/i.test(label)) await expect(answer).not.toContainText(value);
}

/** Publishes the draft. In: minor or major; nothing for the first release. */
export async function publish(page: Page, kind?: "Minor" | "Major"): Promise<void> {
  await page.getByRole("button", { name: "Publish" }).click();
  const dialog = page.getByRole("dialog");
  if (kind) await dialog.getByRole("radio", { name: kind }).click();
  await dialog.getByRole("button", { name: "Publish" }).click();
  await expect(dialog).toHaveCount(0);
}

/** The slug of the connector whose editor is open and that has a live release. */
export async function slugOf(page: Page): Promise<string> {
  const href = await page.getByRole("link", { name: "Authentication settings" }).getAttribute("href");
  return href?.split("/").at(-1) ?? "";
}

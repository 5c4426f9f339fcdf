import { request, type APIRequestContext, type Page } from "@playwright/test";
import { accountId, expect, readDemo } from "./fixtures";
import { callAction } from "./server-actions";

const acme = accountId("Acme Ltd");

/** The value of an action that has to work. */
export async function done<T>(client: APIRequestContext, name: string, input: object): Promise<T> {
  const { result } = await callAction(client, name, { accountId: acme, ...input });
  expect(result, name).toMatchObject({ ok: true });
  return (result as unknown as { value: T }).value;
}

export interface MadeCycle {
  readonly id: string;
  readonly triggerId: string;
  readonly stepId: string;
}

/** A cycle with a webhook and one step that calls a method of a connection. */
export async function makeCycle(
  client: APIRequestContext,
  input: { name: string; connection: number; method?: string; trigger?: "Manual" | "Schedule" | "Webhook" },
): Promise<MadeCycle> {
  const { id } = await done<{ id: string }>(client, "createCycleAction", {
    name: input.name,
    trigger: input.trigger ?? "Webhook",
  });
  const page = await (await client.get(`/cycles/${id}?view=list`)).text();
  const triggerId = new RegExp(`/cycles/${id}/steps/([0-9a-f-]{36})`).exec(page)?.[1] ?? "";
  expect(triggerId, "the trigger of the cycle").not.toBe("");
  const step = await done<{ id: string }>(client, "addStepAction", {
    cycleId: id,
    kind: "Action",
    accountConnectorId: input.connection,
    methodId: input.method ?? "who-am-i",
    after: { stepId: triggerId, exit: "Forward" },
  });
  return { id, triggerId, stepId: step.id };
}

/** Maps authentication parameters of a step to fields that the webhook brings. */
export const mapToWebhook = (client: APIRequestContext, cycle: MadeCycle, fields: Readonly<Record<string, string>>) =>
  done(client, "saveStepSetupAction", {
    cycleId: cycle.id,
    stepId: cycle.stepId,
    mappings: Object.entries(fields).map(([name, sourceField]) => ({
      kind: "Authentication",
      name,
      mappingType: "StepOutput",
      sourceStepId: cycle.triggerId,
      sourceField,
    })),
  });

export const switchExternal = (client: APIRequestContext, cycle: MadeCycle, on: boolean) =>
  done(client, "setStepExternalAuthenticationAction", { cycleId: cycle.id, stepId: cycle.stepId, on });

/** The partner's switch, as the administrator sets it. */
export async function allowExternal(administrator: APIRequestContext, on: boolean): Promise<void> {
  const partners = await (await administrator.get("/admin/partners")).text();
  for (const [, partnerId] of partners.matchAll(/\/admin\/partners\/([0-9a-f-]{36})/g)) {
    const { result } = await callAction(administrator, "setExternalAuthenticationAction", { partnerId, on });
    expect(result).toMatchObject({ ok: true });
  }
}

/** The address of a cycle's webhook, as the setup of its trigger shows it. */
export async function webhookOf(page: Page, cycle: MadeCycle): Promise<string> {
  await page.goto(`/cycles/${cycle.id}/steps/${cycle.triggerId}`);
  return (
    await page
      .getByRole("dialog")
      .getByText(/\/webhooks\/\S+$/)
      .first()
      .innerText()
  ).trim();
}

/** Calls a webhook. Out: the status and the id of the run. */
export async function callWebhook(url: string, body: unknown, secret?: string): Promise<{ status: number; run: string }> {
  const client = await request.newContext();
  const answer = await client.post(url, { data: body as object, headers: secret ? { "x-webhook-secret": secret } : {} });
  const text = await answer.text();
  await client.dispose();
  return { status: answer.status(), run: /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)?.[0] ?? "" };
}

export interface RunView {
  readonly status: string;
  readonly error: { readonly message: string } | null;
  readonly steps: readonly {
    readonly name: string;
    readonly status: string;
    readonly output: unknown;
    readonly error: { readonly message: string } | null;
  }[];
}

/** Waits until a run has ended. */
export async function ended(client: APIRequestContext, run: string): Promise<RunView> {
  let view: RunView | undefined;
  await expect
    .poll(
      async () => {
        view = (await (await client.get(`/api/live/transactions/${run}`)).json()) as RunView;
        return view.status;
      },
      { timeout: 20_000 },
    )
    .toMatch(/Completed|Failed|Cancelled/);
  return view as RunView;
}

/** Runs a cycle once with a payload and waits for its end. */
export async function runOnce(client: APIRequestContext, cycle: MadeCycle, payload: unknown): Promise<RunView> {
  const { transactionId } = await done<{ transactionId: string }>(client, "runOnceAction", {
    cycleId: cycle.id,
    payload: JSON.stringify(payload),
  });
  return ended(client, transactionId);
}

/** An access token of the sandbox provider for one of its people, as a partner would hold it. */
export async function accessToken(username: string, password: string): Promise<string> {
  const client = await request.newContext();
  const answer = await client.post(`${readDemo().sandbox.url}/token`, {
    form: {
      grant_type: "password",
      username,
      password,
      client_id: "keyway-sandbox",
      client_secret: "sandbox-secret-7Qw2mX",
    },
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  await client.dispose();
  return token;
}

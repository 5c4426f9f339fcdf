import type { RestClient } from "./rest-client";

/** Objects of one partner that addresses and bodies may name. */
export interface RestObjects {
  readonly client: RestClient;
  readonly account: string;
  /** By the name of the parameter in the address. */
  readonly ids: Readonly<Record<string, string>>;
}

let count = 0;

/** A well-formed id of nothing. */
export const NOBODYS = "00000000-0000-4000-8000-000000000000";

/** An account with a connector that has a property, a custom field and a setup token. In: a client of the partner, and a key that the sandbox provider takes. */
export async function makeObjects(client: RestClient, apiKey: string): Promise<RestObjects> {
  count += 1;
  const account = `account-${count}`;
  await must(client.post("/accounts", { Id: account, Name: `Account ${count}` }));
  const inside = client.withAccount(account);
  const [connector] = (await must(client.get("/connectors?query=Sandbox CRM (API key)"))).body;
  const [method] = (await must(client.get(`/connectors/${connector.Id}/methods?query=List contacts`))).body;
  const made = await must(inside.post(`/connectors/${connector.Id}/install`, { AuthValue: apiKey }));
  const path = `/account/connectors/${made.body.Id}`;
  const property = await must(inside.post(`${path}/properties`, { Name: "Region", Value: "eu" }));
  const field = await must(inside.post(`${path}/fields`, { DisplayName: "Region" }));
  const token = await must(inside.post(`${path}/setuptokens`, {}));
  const cycle = await must(inside.post("/cycles", { Name: `Cycle ${count}` }));
  const [step] = (await must(inside.get(`/cycles/${cycle.body.Id}/steps`))).body;
  const definition = { slug: `own-${count}`, name: `Own ${count}`, authMethods: [{ id: "none", type: "None" }] };
  const custom = await must(client.post("/custom-connectors", { Definition: definition }));
  const exported = await must(client.post("/custom-connectors", { Definition: definition }));
  const webhook = await must(client.post("/webhooks", { Url: "https://hooks.example.com/", Events: ["cycle.failed"] }));
  return {
    client: inside,
    account,
    ids: {
      accountId: account,
      connector: String(connector.Id),
      version: "1.0",
      id: String(made.body.Id),
      methodId: String(method.Id),
      method: String(method.MethodUniqueIdentifier),
      propertyId: String(property.body.Id),
      fieldId: String(field.body.Id),
      tokenId: String(token.body.Id),
      triggerId: "1",
      cycleId: String(cycle.body.Id),
      stepId: String(step.Id),
      edgeId: NOBODYS,
      transactionId: NOBODYS,
      name: "Region",
      parameterId: "1",
      mappedFieldId: "1",
      customConnectorId: String(custom.body.Id),
      webhookId: String(webhook.body.Id),
      deliveryId: NOBODYS,
      exportedConnectorId: String(exported.body.Id),
    },
  };
}

async function must(answer: ReturnType<RestClient["get"]>) {
  const settled = await answer;
  if (settled.status >= 300) throw new Error(settled.text);
  return settled;
}

/** The address of an operation with its parameters filled in. */
export const addressOf = (path: string, ids: Readonly<Record<string, string>>): string =>
  path.replace(/^\/v1\.0/, "").replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? "missing"));

import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { RestClient, type Send } from "@/e2e/rest-client";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { api } from "./app";

const KEY = "sk_sandbox_acme_4f9a1c2e";
let world: TestWorld;
let acme: RestClient;
let connectorId: number;
let create: { Id: number; MethodUniqueIdentifier: string; RequestFields: { Id: number; ConnectorField: string }[] };

beforeAll(async () => {
  world = await createTestWorld();
  const app = api();
  const send: Send = async (path, init) => app.request(path, init);
  const client = await RestClient.signIn(send, await world.apiClient(world.northwind));
  await client.post("/accounts", { Id: "acme", Name: "Acme" });
  acme = client.withAccount("acme");
  connectorId = (await client.get("/connectors?query=Sandbox CRM (API key)")).body[0].Id;
  create = (await client.get(`/connectors/${connectorId}/methods?query=Create contact`)).body[0];
});
afterAll(() => world.close());
beforeEach(() => world.sandbox.control.reset());

const install = async (): Promise<number> =>
  (await acme.post(`/connectors/${connectorId}/install`, { Name: `CRM ${Math.random()}`, AuthValue: KEY })).body.Id;

const field = (more: Record<string, unknown>) => ({ MethodUniqueIdentifier: create.MethodUniqueIdentifier, ...more });

const lastBody = (): unknown => {
  const sent = world.sandbox.control.log({ route: "api" }).at(-1);
  return JSON.parse(String(sent?.body));
};

/** A cycle whose one step creates a contact by this connection. */
async function placedOn(connection: number): Promise<{ cycle: string; step: string }> {
  const cycle = (await acme.post("/cycles", { Name: "Custom" })).body.Id;
  const made = await acme.post(`/cycles/${cycle}/steps`, {
    ActionType: 4,
    Name: "Create",
    AccountConnectorId: connection,
    MethodUniqueIdentifier: create.MethodUniqueIdentifier,
  });
  expect(made.status).toBe(200);
  return { cycle, step: made.body.Id as string };
}
const stepOn = async (connection: number) => (await placedOn(connection)).step;

it("a custom field of a request is a field of the method at this connection, is sent at its place, and is gone when it is removed", async () => {
  const [with_, without] = [await install(), await install()];
  const added = await acme.post(
    `/account/connectors/${with_}/fields`,
    field({ ConnectorField: "custom.shoe_size", DisplayName: "Shoe size", DataType: "Integer", ForRequestFormat: true }),
  );
  expect(added.status).toBe(200);
  const name = create.RequestFields.find((f) => f.ConnectorField === "name")?.Id ?? 0;
  const call = (id: number, fields: Record<string, unknown>) =>
    acme.post(`/account/connectors/${id}/methods/${create.MethodUniqueIdentifier}`, { Fields: { [name]: "Nia", ...fields } });
  // This provider takes no names but its own.
  world.sandbox.control.fault({ kind: "answer", on: "api", status: 200, body: { contact: { id: "1" } } });
  expect((await call(with_, { [added.body.Id]: "41" })).status).toBe(200);
  expect(lastBody()).toEqual({ name: "Nia", custom: { shoe_size: 41 } });
  expect((await call(without, { [added.body.Id]: "41" })).status).toBe(400);

  const step = await stepOn(with_);
  const mappings = `/steps/${step}/fieldmappings`;
  const listed = (await acme.get(mappings)).body as { Field: { Id: number; Name: string } }[];
  expect(listed.map((m) => m.Field)).toContainEqual(
    expect.objectContaining({ Id: added.body.Id, Name: "Shoe size", DataType: "Integer", IsOptional: true }),
  );
  const mapped = await acme.put(`${mappings}/${added.body.Id}`, { MappingType: "StaticValue", Value: "42" });
  expect(mapped).toMatchObject({ status: 200, body: { Value: "42" } });
  expect((await acme.get(`/steps/${await stepOn(without)}/fieldmappings`)).text).not.toContain("Shoe size");

  expect((await acme.delete(`/account/connectors/${with_}/fields/${added.body.Id}`)).status).toBe(200);
  expect((await acme.get(mappings)).text).not.toContain("Shoe size");
  expect((await call(with_, { [added.body.Id]: "41" })).status).toBe(400);
});

it("a custom field of an answer may be mapped by later steps", async () => {
  const id = await install();
  await acme.post(
    `/account/connectors/${id}/fields`,
    field({ ConnectorField: "custom.tier", DisplayName: "Tier", ForRequestFormat: false }),
  );
  const { step: first, cycle: own } = await placedOn(id);
  const second = (await acme.post(`/cycles/${own}/steps`, { ActionType: 4, Name: "Next" })).body.Id as string;
  const [trigger] = (await acme.get(`/cycles/${own}/steps`)).body as { Id: string }[];
  for (const [HeadStepId, TailStepId] of [
    [trigger?.Id, first],
    [first, second],
  ])
    await acme.post(`/cycles/${own}/edges`, { HeadStepId, TailStepId, EdgeType: "Forward" });
  expect((await acme.get(`/steps/${second}/fieldsformapping`)).body).toContainEqual(
    expect.objectContaining({ StepId: first, Name: "Tier", ConnectorField: "custom.tier" }),
  );
});

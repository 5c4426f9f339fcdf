import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eq } from "@/db/query";
import { partners } from "@/db/schema";
import { RestClient, type Send } from "@/e2e/rest-client";
import { accountByExternalId } from "@/lib/access/data";
import { setCycleStatus } from "@/lib/cycles/mutations";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { writeAll } from "@/lib/demo/mutations";
import { api } from "./app";

const allowExternal = (on: boolean) =>
  writeAll(async (tx) => {
    const own = eq(partners.id, world.northwind.scope.partnerId);
    await tx.update(partners).set({ externalAuthenticationEnabled: on }).where(own);
  });

let world: TestWorld;
let send: Send;
let acme: RestClient;
beforeAll(async () => {
  world = await createTestWorld();
  const app = api();
  send = async (path, init) => app.request(path, init);
  const partner = await RestClient.signIn(send, await world.apiClient(world.northwind));
  await partner.post("/accounts", { Id: "acme", Name: "Acme" });
  acme = partner.withAccount("acme");
});
afterAll(() => world.close());

describe("cycles over the API", () => {
  it("are made with 201, changed in part, listed by name and deleted", async () => {
    const made = await acme.post("/cycles", {
      Name: "Sync",
      Description: null,
      Shareable: false,
      StepErrorAction: "Retry",
      LogStepDataRequests: true,
      CollectionSplitType: "None",
      Tags: ["nightly"],
    });
    expect(made).toMatchObject({
      status: 201,
      body: {
        Name: "Sync",
        Status: "Paused",
        TasksUsed: 0,
        Connectors: [],
        LastSuccessfulRunDate: "0001-01-01T00:00:00",
        StepErrorAction: "Retry",
        CollectionSplitType: "None",
        Tags: ["nightly"],
      },
    });
    const path = `/cycles/${made.body.Id}`;
    expect((await acme.put(path, { Description: "Every night" })).body).toEqual({ ...made.body, Description: "Every night" });
    expect((await acme.get("/cycles?tag=nightly")).body).toHaveLength(1);
    expect((await acme.get("/cycles?tag=Nightly")).body).toEqual([]);
    expect((await acme.get("/cycles?connectorName=Nobody")).body).toEqual([]);
    expect((await acme.get("/cycles/upgradeable")).body).toEqual([]);
    expect((await acme.get(`/cycles/X1111111-1111-1111-1111-111111111111`)).status).toBe(400);
    expect((await acme.get(`${path}0`)).status).toBe(400);
    expect((await acme.get(`${path}/prerequisites`)).body[0]).toMatchObject({ ReasonCode: 10, ObjectType: "Cycle" });
    const [step] = (await acme.get(`${path}/steps`)).body;
    expect((await acme.get(`${path}/steps?filter=action`)).body).toEqual([]);
    expect((await acme.get(`${path}/steps/${step.Id}`)).body).toEqual(step);
    for (const what of ["prerequisites", "parameters", "fieldsformapping", "fieldmappings", "effectivecredential"])
      expect([what, (await acme.get(`/steps/${step.Id}/${what}`)).status]).toEqual([what, 200]);
    for (const list of ["transactions", "incidents", "edges", "variables"])
      expect([list, (await acme.get(`${path}/${list}`)).body]).toEqual([list, []]);
    expect((await acme.get("/cycles/transactions?after=01/01/2020&before=2021-01-01&status=completed")).body).toEqual([]);
    expect((await acme.get("/cycles/transactions?after=yesterday")).status).toBe(400);
    expect((await acme.get("/cycles/incidents/error?pageSize=5&sortOrderAsc=false&after=2020-01-01")).body).toEqual([]);
    expect((await acme.delete(path)).status).toBe(200);
    expect((await acme.get(path)).status).toBe(404);
  });

  it("take back what was read, and leave alone what a change doesn't name", async () => {
    const { body: cycle } = await acme.post("/cycles", { Name: "Read and put back" });
    const path = `/cycles/${cycle.Id}`;
    expect(await acme.put(path, cycle)).toMatchObject({ status: 200, body: cycle });
    expect((await acme.put(path, { StepDataErroredRetentionHours: 900 })).body.StepDataErroredRetentionHours).toBe(744);
    expect((await acme.put(path, { StepDataErroredRetentionHours: null })).body.StepDataErroredRetentionHours).toBeNull();
    const negative = await acme.put(path, { StepDataSuccessRetentionHours: -10 });
    expect(negative).toMatchObject({
      status: 400,
      body: { Message: "StepDataSuccessRetentionHours (-10): must be non negative" },
    });
    const place = { DisplayPositionLeft: 10, DisplayPositionTop: 20 };
    const { body: step } = await acme.post(`${path}/steps`, { Name: "Placed", ActionType: 4, ...place });
    const at = `${path}/steps/${step.Id}`;
    expect((await acme.put(at, { DisplayPositionLeft: 30 })).body).toMatchObject({ ...place, DisplayPositionLeft: 30 });
    expect((await acme.put(at, step)).body).toEqual(step);
    const bogus = await acme.put(at, { ActionType: "Bogus" });
    expect([bogus.status, bogus.body.Message]).toEqual([400, expect.stringContaining("ActionType has to be one of")]);
    expect((await acme.delete(path)).status).toBe(200);
  });

  it("take a step's credential from the run, as External Authentication says", async () => {
    const name = encodeURIComponent("Sandbox CRM (API key)");
    const installed = (await acme.post(`/connectors/${name}/install`, { Name: "Never authenticated" })).body;
    const { body: cycle } = await acme.post("/cycles", { Name: "Two customers" });
    const steps = `/cycles/${cycle.Id}/steps`;
    const [trigger] = (await acme.get(steps)).body;
    expect((await acme.put(`${steps}/${trigger.Id}`, { TriggerType: "Webhook" })).body).toMatchObject({ TriggerType: "Webhook" });
    expect((await acme.get(`/cycles/${cycle.Id}`)).body.WebhookUrl).toMatch(/\/webhooks\/./);
    const methods = (await acme.get(`/connectors/${name}/1.0/methods`)).body;
    const MethodId = methods.find((m: { Name: string }) => m.Name === "List contacts").Id;
    const { body: step } = await acme.post(steps, { ActionType: 4, Name: "Call", AccountConnectorId: installed.Id, MethodId });
    expect(step).toMatchObject({ ActionType: "Action", Method: { Name: "List contacts" }, UseExternalAuthentication: false });
    const edge = await acme.post(`/cycles/${cycle.Id}/edges`, {
      HeadStepId: trigger.Id,
      TailStepId: step.Id,
      EdgeType: "forward",
    });
    expect(edge).toMatchObject({ status: 200, body: { EdgeType: "Forward" } });
    const on = () => acme.put(`/steps/${step.Id}`, { UseExternalAuthentication: true });
    await allowExternal(false);
    const refused = { Message: "External authentication is not enabled for this partner." };
    expect(await on()).toMatchObject({ status: 403, body: refused });
    await allowExternal(true);
    const codes = async () =>
      (await acme.get(`/cycles/${cycle.Id}/prerequisites`)).body.map((p: { ReasonCode: number }) => p.ReasonCode);
    expect(await codes()).toEqual([20]);
    expect((await on()).body).toMatchObject({ UseExternalAuthentication: true });
    const auth = async () =>
      (await acme.get(`/steps/${step.Id}/parameters`)).body.filter((p: { IsAuthParameter: boolean }) => p.IsAuthParameter);
    const [slot] = await auth();
    expect(slot).toMatchObject({ Parameter: { TargetName: "ApiKey", TargetType: "Authentication" }, MappingType: null });
    expect(await codes()).toEqual([40]);
    const mapped = await acme.put(`/steps/${step.Id}/parameters/${slot.Parameter.Id}`, {
      MappingType: "StepOutput",
      SourceStepId: trigger.Id,
      SourceFieldPath: "token",
    });
    expect(mapped.body).toMatchObject({ MappingType: "StepOutput", SourceFieldPath: "token" });
    expect(await codes()).toEqual([]);
    const source = async () => {
      const all = (await acme.get(`/steps/${step.Id}/effectivecredential`)).body;
      return all.find((c: { Name: string }) => c.Name === "ApiKey");
    };
    expect(await source()).toMatchObject({ Source: "Step", MappingType: "StepOutput", StepId: step.Id });
    await acme.put(`/steps/${step.Id}`, { UseExternalAuthentication: false });
    expect(await auth()).toHaveLength(1);
    expect(await codes()).toEqual([20]);
    expect((await acme.delete(`/steps/${step.Id}/authparameters`)).status).toBe(200);
    expect(await auth()).toEqual([]);
    expect(await source()).toMatchObject({ Source: "Missing" });
    const typed = await acme.post(`/cycles/${cycle.Id}/variables`, {
      DisplayName: "Customer token",
      Value: "abc",
      IsSensitive: true,
    });
    expect(typed.body).toMatchObject({ SystemName: "customer_token", Value: null, IsSensitive: true });
    expect((await acme.delete(`/cycles/${cycle.Id}/variables/customer_token`)).status).toBe(200);
    expect((await acme.delete(`${steps}/${step.Id}`)).status).toBe(200);
    expect((await acme.post(`/cycles/${cycle.Id}/undo`, {})).status).toBe(404);
  });

  it("can't be changed while they run", async () => {
    const { body } = await acme.post("/cycles", { Name: "Runs" });
    const account = await accountByExternalId(world.northwind.scope, "acme");
    if (!account.ok) throw new Error(account.error.message);
    const scope = account.value;
    await writeAll((tx) => setCycleStatus(tx, scope, body.Id as string, { status: "Active" }));
    const refused = await acme.put(`/cycles/${body.Id}`, { Name: "Other" });
    expect(refused).toMatchObject({ status: 409, body: { Code: "object.running" } });
    expect((await acme.delete(`/cycles/${body.Id}`)).status).toBe(409);
    expect((await acme.get(`/cycles/${body.Id}`)).body).toMatchObject({ Name: "Runs", Status: "Active" });
  });
});

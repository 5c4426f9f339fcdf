import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestClient, type Send } from "@/e2e/rest-client";
import { accountByExternalId } from "@/lib/access/data";
import { setCycleStatus } from "@/lib/cycles/mutations";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { writeAll } from "@/lib/demo/mutations";
import { api } from "./app";

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

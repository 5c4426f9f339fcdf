import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operationsOf, type Document, type Operation } from "@/e2e/openapi-document";
import { RestClient, type Answer, type Send } from "@/e2e/rest-client";
import { addressOf, makeObjects, NOBODYS, type RestObjects } from "@/e2e/rest-world";
import { CLIENT_PERMISSIONS } from "@/lib/access/policy";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { api, ENDPOINTS } from "./app";

const KEY = "sk_sandbox_acme_4f9a1c2e";

/** A body that works, where an operation needs more than an empty one. */
const BODIES: Record<string, unknown> = {
  "POST /v1.0/accounts": { Name: "Made by the contract" },
  "PUT /v1.0/accounts/{accountId}": { Name: "Renamed" },
  "PUT /v1.0/accounts/{accountId}/users": { UserName: "pat@contract.example", Password: "a-good-password" },
  "PUT /v1.0/users": { UserName: "known@contract.example", Password: "a-good-password" },
  "DELETE /v1.0/accounts/{accountId}/users": { UserName: "pat@contract.example" },
  "POST /v1.0/accounts/{accountId}/signintoken": { Username: "sam@contract.example" },
  "POST /v1.0/custom-connectors": {
    Definition: { slug: "contract", name: "Contract", authMethods: [{ id: "none", type: "None" }] },
  },
  "PUT /v1.0/custom-connectors/{customConnectorId}": {
    Definition: { slug: "contract", name: "Contract", authMethods: [{ id: "none", type: "None" }] },
  },
  "POST /v1.0/accounts/tokens": { AccountId: "account-1", Username: "sam@contract.example" },
  "POST /v1.0/account/connectors/custom": { Name: "Exported", UniqueIdentifier: NOBODYS },
  "PUT /v1.0/account/connectors/custom/{exportedConnectorId}": { Name: "Exported", UniqueIdentifier: NOBODYS },
  "PUT /v1.0/account/connectors/{id}": { AuthValue: KEY },
  "POST /v1.0/cycles": { Name: "Made by the contract" },
  "POST /v1.0/cycles/{cycleId}/steps": { ActionType: 4, Name: "Call" },
  "POST /v1.0/cycles/{cycleId}/edges": { HeadStepId: NOBODYS, TailStepId: NOBODYS },
  "POST /v1.0/cycles/{cycleId}/variables": { DisplayName: "Colour", Value: "red" },
  "PATCH /v1.0/cycles/{cycleId}/variables": [{ DisplayName: "Colour", Value: "blue" }],
  "POST /v1.0/steps/{stepId}/parameters/{parameterId}/lookup": { TriggerId: 1 },
  "POST /v1.0/webhooks": { Url: "https://hooks.example.com/keyway", Events: ["connector.installed"] },
  "POST /v1.0/account/connectors/{id}/properties": { Name: "Colour", Value: "red" },
  "PUT /v1.0/account/connectors/{id}/properties/{propertyId}": { Value: "us" },
};

/** Objects that nothing over the API makes: what names one answers 404 here, and is seen elsewhere. */
const ABSENT = /\{(edgeId|transactionId|deliveryId|name|parameterId|mappedFieldId)\}/;

/** A cycle that has its trigger only has nothing to do, nothing to connect and nothing to remove. */
const NOT_YET = new Set([
  "PUT /v1.0/cycles/{cycleId}/activate",
  "POST /v1.0/cycles/{cycleId}/edges",
  "DELETE /v1.0/cycles/{cycleId}/steps/{stepId}",
]);

/** Operations whose address names nothing of a partner's own. */
const SHARED = /^GET \/v1\.0\/(connectors|methods)/;

let world: TestWorld;
let send: Send;
let own: RestObjects;
let foreign: RestObjects;
let reader: RestClient;
let operations: Operation[];

beforeAll(async () => {
  world = await createTestWorld();
  const app = api();
  send = async (path, init) => app.request(path, init);
  const document = (await (await app.request("/v1.0/openapi.json")).json()) as Document;
  expect(document.openapi).toBe("3.1.0");
  operations = operationsOf(document).filter((o) => o.security);
  const mine = await RestClient.signIn(send, await world.apiClient(world.northwind));
  own = await makeObjects(mine, KEY);
  await mine.put(`/accounts/${own.account}/users`, { UserName: "known@contract.example", Password: "a-good-password" });
  foreign = await makeObjects(await RestClient.signIn(send, await world.apiClient(world.fabrikam)), KEY);
  reader = (await RestClient.signIn(send, await world.apiClient(world.northwind, "read"))).withAccount(own.account);
});
afterAll(() => world.close());

const idsFor = (o: Operation, objects: RestObjects): Record<string, string> =>
  o.path === "/v1.0/methods/{id}" ? { id: objects.ids.methodId ?? "" } : objects.ids;

const ask = (client: RestClient, o: Operation, ids: Readonly<Record<string, string>>): Promise<Answer> =>
  client.call(o.method, addressOf(o.path, ids), o.body ? (BODIES[o.name] ?? {}) : undefined);

const sound = (o: Operation, answer: Answer): void => {
  expect([o.name, answer.headers.get("x-content-type-options")]).toEqual([o.name, "nosniff"]);
  expect([o.name, o.problem(answer.status, answer.body)]).toEqual([o.name, null]);
  if (answer.status >= 400) expect(answer.body).toMatchObject({ Message: expect.any(String), Code: expect.any(String) });
};

describe("every operation of the document", () => {
  it("is every route there is", () => {
    const listed = operations.map((o) => o.name).sort();
    const routes = ENDPOINTS.map(({ described: d }) => `${d.method.toUpperCase()} /v1.0${d.path}`).sort();
    expect(listed).toEqual(routes);
  });

  it("answers 401 without a token and with one that is unknown", async () => {
    for (const o of operations)
      for (const token of ["", "unknown"]) {
        const answer = await ask(own.client.withToken(token), o, idsFor(o, own));
        expect([o.name, answer.status]).toEqual([o.name, 401]);
        expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
        sound(o, answer);
      }
  });

  it("of an account answers 401 without the account's header", async () => {
    for (const o of operations.filter((each) => each.parameters.some((p) => p.name === "X-Cyclr-Account")))
      expect([o.name, (await ask(own.client.withAccount(null), o, own.ids)).status]).toEqual([o.name, 401]);
  });

  it("that changes or calls something answers 403 to a token that may only read", async () => {
    const readable = new Set<string>(CLIENT_PERMISSIONS.read);
    for (const { described: d } of ENDPOINTS) {
      const o = operations.find((each) => each.name === `${d.method.toUpperCase()} /v1.0${d.path}`);
      if (!o) throw new Error(d.path);
      expect(readable.has(d.permission), `${o.name} writes with a permission to read`).toBe(
        o.method === "GET" && d.permission !== "installs.call",
      );
      const answer = await ask(reader, o, idsFor(o, own));
      if (!readable.has(d.permission)) expect([o.name, answer.status]).toEqual([o.name, 403]);
      sound(o, answer);
    }
  });

  it("answers 404 to an id of another partner, as to one that nobody has", async () => {
    for (const o of operations.filter((each) => each.path.includes("{") && !SHARED.test(each.name))) {
      const names = [...o.path.matchAll(/\{(\w+)\}/g)]
        .map((m) => m[1] ?? "")
        .filter((n) => !["connector", "triggerId", "method"].includes(n));
      for (const name of names) {
        const theirs = await ask(own.client, o, { ...own.ids, [name]: foreign.ids[name] ?? "" });
        const nobodys = await ask(own.client, o, {
          ...own.ids,
          [name]:
            name === "accountId"
              ? "nobody"
              : /^(token|cycle|step|edge|transaction|webhook|delivery)Id$/.test(name)
                ? NOBODYS
                : "987654321",
        });
        for (const answer of [theirs, nobodys]) {
          expect([o.name, name, answer.status]).toEqual([o.name, name, 404]);
          sound(o, answer);
        }
        expect({ ...theirs.body, RequestId: "" }).toEqual({ ...nobodys.body, RequestId: "" });
      }
    }
  });

  it("answers an account of another partner in the header as an unknown one", async () => {
    for (const o of operations.filter((each) => each.parameters.some((p) => p.name === "X-Cyclr-Account")))
      expect([o.name, (await ask(own.client.withAccount(foreign.account), o, own.ids)).status]).toEqual([o.name, 404]);
  });

  it("answers a page where it lists", async () => {
    for (const o of operations.filter((each) => each.parameters.some((p) => p.name === "pageSize"))) {
      const path = addressOf(o.path, own.ids);
      const answer = await own.client.get(`${path}?page=9999&pageSize=7&orderBy=Name&sortOrderAsc=false`);
      expect([o.name, answer.status, answer.body]).toEqual([o.name, 200, []]);
      expect(answer.headers.get("total-records")).toMatch(/^\d+$/);
      expect(answer.headers.get("total-pages")).toMatch(/^\d+$/);
    }
  });

  it("answers as documented where it works, and shows no secret", async () => {
    // What removes something comes last, so that every operation finds what it names.
    const ordered = [...operations].sort(
      (a, b) => Number(a.method === "DELETE") - Number(b.method === "DELETE") || b.path.length - a.path.length,
    );
    for (const o of ordered) {
      if (/\/(methods|test|triggers)\//.test(o.path))
        await own.client.put(`/account/connectors/${own.ids.id}`, { AuthValue: KEY });
      const answer = await ask(own.client, o, idsFor(o, own));
      // The account still has what the others need.
      if (ABSENT.test(o.path)) {
        expect([o.name, answer.status]).toEqual([o.name, 404]);
        sound(o, answer);
        continue;
      }
      if (NOT_YET.has(o.name)) {
        expect(answer).toMatchObject({ status: 400 });
        sound(o, answer);
        continue;
      }
      const isInUse = o.name === "DELETE /v1.0/accounts/{accountId}" && answer.status === 409;
      if (!isInUse)
        expect([o.name, answer.status, answer.status >= 300 ? answer.text : ""]).toEqual([o.name, o.successStatus, ""]);
      sound(o, answer);
      expect(answer.text).not.toContain(KEY);
    }
  });
});

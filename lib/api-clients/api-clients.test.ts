import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestClient, type Send } from "@/e2e/rest-client";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { api } from "@/lib/rest/app";
import { listAccessTokens, listApiClients } from "./data";
import { createApiClient, deleteApiClient, revokeToken, saveApiSettings } from "./mutations";
import { addressAllowed } from "./policy";
import { apiRangesSchema, exactOrigin, targetOriginsSchema } from "./schema";

let world: TestWorld;
let send: Send;
beforeAll(async () => {
  world = await createTestWorld();
  const app = api();
  send = async (path, init) => app.request(path, init);
});
afterAll(() => world.close());

describe("credential sets", () => {
  it("are five at most, keep no secret, and end their tokens when they are deleted", async () => {
    const { scope } = world.northwind;
    const made = await world.apiClient(world.northwind);
    const client = await RestClient.signIn(send, made);
    expect((await client.get("/accounts")).status).toBe(200);
    for (let n = 1; n < 5; n += 1) await world.apiClient(world.northwind);
    expect(await createApiClient(scope, { name: "Sixth", access: "full" })).toMatchObject({ ok: false });
    const listed = await listApiClients(scope);
    expect(listed).toHaveLength(5);
    expect(JSON.stringify(listed)).not.toContain(made.clientSecret);
    const first = listed.find((c) => c.clientId === made.clientId);
    expect(await deleteApiClient(world.fabrikam.scope, first?.id ?? "")).toMatchObject({ error: { code: "object.not_found" } });
    expect(await deleteApiClient(scope, first?.id ?? "")).toMatchObject({ ok: true });
    expect((await client.get("/accounts")).status).toBe(401);
  });

  it("lose one token at once where it is revoked, by the partner alone", async () => {
    const client = await RestClient.signIn(send, await world.apiClient(world.fabrikam));
    const [token] = await listAccessTokens(world.fabrikam.scope);
    expect(JSON.stringify(token)).not.toContain(client.token);
    expect(await revokeToken(world.northwind.scope, token?.id ?? "")).toMatchObject({ ok: false });
    expect((await client.get("/accounts")).status).toBe(200);
    expect(await revokeToken(world.fabrikam.scope, token?.id ?? "")).toMatchObject({ ok: true });
    expect((await client.get("/accounts")).status).toBe(401);
  });

  it("serve the allowed addresses alone", async () => {
    const credentials = await world.apiClient(world.fabrikam);
    const client = await RestClient.signIn(send, credentials);
    await saveApiSettings(world.fabrikam.scope, { apiRanges: ["203.0.113.0/24"] });
    const from = (ip: string) => client.get("/accounts", { "x-keyway-ip": ip });
    expect((await from("203.0.113.9")).status).toBe(200);
    expect((await from("::ffff:203.0.113.9")).status).toBe(200);
    expect(await from("198.51.100.1")).toMatchObject({ status: 403, body: { Code: "access.address" } });
    expect((await client.get("/accounts")).status).toBe(403);
    await saveApiSettings(world.fabrikam.scope, { apiRanges: [] });
    expect((await client.get("/accounts")).status).toBe(200);
  });
});

describe("what is typed", () => {
  it("becomes ranges, or says which line is none", () => {
    expect(apiRangesSchema.parse({ apiRanges: "203.0.113.7\n 2001:db8::/32, 203.0.113.7" }).apiRanges).toEqual([
      "203.0.113.7/32",
      "2001:db8::/32",
    ]);
    expect(apiRangesSchema.safeParse({ apiRanges: "here" }).error?.issues[0]?.message).toContain("here");
    expect(addressAllowed("10.0.0.1", [])).toBe(true);
    expect(addressAllowed("not an address", ["10.0.0.0/8"])).toBe(false);
  });

  it("becomes origins, and nothing else", () => {
    expect(exactOrigin("https://app.example.com")).toBe("https://app.example.com");
    for (const text of [
      "http://app.example.com",
      "https://app.example.com/x",
      "https://u@app.example.com",
      "//app.example.com",
      "javascript:1",
      "*",
      "https://app.example.com?x",
    ])
      expect([text, exactOrigin(text)]).toEqual([text, null]);
    expect(targetOriginsSchema.safeParse({ targetOrigins: "*", startsAutomatically: false }).success).toBe(false);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectorOf, visibleConnectors } from "@/lib/catalog/data";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { installCounts, listAccounts, partnerCounts, savedSetups } from "./data";
import { createAccount } from "./mutations";

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
  await world.setUp(world.northwind, "sandbox-crm-oauth", {
    client_id: "keyway-sandbox",
    client_secret: "sandbox-secret-7Qw2mX",
  });
  await world.install(world.northwind, "sandbox-crm-oauth", { name: "First" });
  await world.install(world.northwind, "sandbox-crm-oauth", { name: "Second" });
  const input = { name: "Empty", externalId: undefined, description: null, timezone: "UTC" };
  await createAccount(world.northwind.scope, input);
});
afterAll(() => world.close());

describe("numbers of a partner", () => {
  it("are its own", async () => {
    expect(await partnerCounts(world.northwind.scope)).toEqual({ name: "Northwind", accounts: 2, connections: 2, cycles: 0 });
    expect(await partnerCounts(world.fabrikam.scope)).toEqual({ name: "Fabrikam", accounts: 1, connections: 0, cycles: 0 });
  });

  it("count the connectors of each account, not of all", async () => {
    const { rows } = await listAccounts(world.northwind.scope, { query: "", page: 1 });
    expect(rows.map((row) => [row.name, row.connectors])).toEqual([
      ["Empty", 0],
      ["Northwind customer", 2],
    ]);
  });

  it("count an account once per connector", async () => {
    const { id } = await world.connector("sandbox-crm-oauth");
    expect([...(await installCounts(world.northwind.scope))]).toEqual([[id, 1]]);
    expect((await installCounts(world.fabrikam.scope)).size).toBe(0);
  });
});

describe("saved setups", () => {
  it("show text, and of a secret only that it is there", async () => {
    const { id } = await world.connector("sandbox-crm-oauth");
    const saved = await savedSetups(world.northwind.scope);
    expect(saved.get(id)?.has).toEqual({ client_id: "keyway-sandbox", client_secret: true });
    expect((await savedSetups(world.fabrikam.scope)).size).toBe(0);
  });
});

describe("the library as it is kept", () => {
  it("is the same list until a definition changes, then at once the new one", async () => {
    const before = await visibleConnectors(world.northwind.scope);
    expect(await visibleConnectors(world.northwind.scope)).toBe(before);
    const { definition } = await world.connector("sandbox-crm-oauth");
    await world.define({ ...definition, name: "Sandbox CRM, renamed" });
    expect((await connectorOf(world.northwind.scope, "sandbox-crm-oauth"))?.definition.name).toBe("Sandbox CRM, renamed");
    expect(await visibleConnectors(world.northwind.scope)).not.toBe(before);
  });
});

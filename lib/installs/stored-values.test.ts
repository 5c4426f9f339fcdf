import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eq } from "@/db/query";
import { credentials } from "@/db/schema";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { writeAll } from "@/lib/demo/mutations";
import { callMethod } from "@/lib/run/call";
import { setupOf } from "@/lib/partners/data";
import { saveSetup } from "@/lib/partners/mutations";
import { connectionOf, listConnections } from "./data";
import { connectionsFilterSchema } from "./schema";

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(async () => {
  await world.close();
});

describe("S-11 a damaged row", () => {
  it("is one connection that doesn't open; lists, pages and the others go on", async () => {
    const key = world.sandbox.control.mintKey("acme");
    const install = (name: string) =>
      world.install(world.northwind, "sandbox-crm-api-key", { name, credential: { apiKey: key } });
    const [damaged, whole] = [await install("Damaged"), await install("Whole")];
    await writeAll(async (tx) => {
      await tx.update(credentials).set({ sealed: "v1.AAAA.AAAA.AAAA" }).where(eq(credentials.accountConnectorId, damaged));
    });
    const listed = await listConnections(world.northwind.scope, connectionsFilterSchema.parse({}));
    expect(listed.map((row) => row.id).sort()).toEqual([damaged, whole].sort());
    expect(await connectionOf(world.northwind.account, damaged)).toMatchObject({ name: "Damaged", hasCredential: true });
    const call = (id: number) =>
      callMethod(world.northwind.account, id, { methodId: "list-contacts", parameters: {}, fields: {} });
    expect(await call(damaged)).toMatchObject({ ok: false, error: { code: "vault.unreadable" } });
    expect(await call(whole)).toMatchObject({ ok: true, value: { response: { status: 200 } } });
  });
});

describe("S-13 a secret of the partner", () => {
  it("is kept when it is left blank, replaced and cleared on demand, and never read back", async () => {
    const connector = await world.connector("sandbox-crm-oauth");
    const { scope } = world.northwind;
    await world.setUp(world.northwind, "sandbox-crm-oauth", { client_id: "one", client_secret: "canary-secret-of-setup-77aa" });
    const stored = async () => {
      const setup = await setupOf(scope, connector.id);
      expect(JSON.stringify(setup)).not.toContain("canary-secret");
      return setup.values.client_secret;
    };
    expect(await stored()).toMatchObject({ value: null, secret: { isSet: true, last4: "77aa", setBy: "Ana Ruiz" } });
    const before = await stored();
    expect(await saveSetup(scope, connector, [{ kind: "set", name: "client_id", value: "two", isSecret: false }])).toMatchObject({
      ok: true,
    });
    expect(await stored()).toEqual(before);
    await saveSetup(scope, connector, [{ kind: "clear", name: "client_secret" }]);
    expect(await stored()).toBeUndefined();
  });
});

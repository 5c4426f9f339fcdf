import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { reader } from "@/db/client";
import { credentials, refreshJournal } from "@/db/schema";
import { eq } from "@/db/query";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { connectionOf, eventsOf } from "@/lib/installs/data";
import { openIncidents } from "@/lib/tenants/data";
import { setDisabled, storeGrant } from "@/lib/installs/mutations";
import { sealCredential } from "@/lib/installs/sealing";
import { HOUR, MINUTE, SECOND, shiftClock, now } from "@/lib/kernel/clock";
import { callMethod } from "@/lib/run/call";
import { announceEnds, renewDue } from "@/lib/run/keep-alive";
import { usableConnection } from "./refresh";
import { saveExchange, takeLease, closeFailedExchange } from "./mutations";

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
  await world.setUp(world.northwind, "sandbox-crm-oauth", {
    client_id: "keyway-sandbox",
    client_secret: "sandbox-secret-7Qw2mX",
  });
});
afterAll(async () => {
  await world.close();
});
let shifted = 0;
const later = (milliseconds: number) => {
  shifted += milliseconds;
  shiftClock(milliseconds);
};
beforeEach(async () => {
  shiftClock(-shifted);
  shifted = 0;
  await world.sandbox.control.reset();
});

let count = 0;
/** A connection whose tokens the provider issued, for so many seconds. */
async function connected(seconds = 3600, isRefreshable = true) {
  world.sandbox.control.set({ accessTokenSeconds: seconds });
  const id = await world.install(world.northwind, "sandbox-crm-oauth", { name: `Refresh ${(count += 1)}` });
  const issued = await world.sandbox.control.issueTokens({ scope: "contacts.read contacts.write offline_access" });
  const sealed = await sealCredential(world.northwind.account.partnerId, {
    values: { accessToken: issued.access_token, refreshToken: issued.refresh_token },
    secretNames: [],
    expiresAt: now() + seconds * SECOND,
    refreshExpiresAt: null,
    isRefreshable,
    scopes: ["contacts.read"],
  });
  await storeGrant(world.northwind.account, id, sealed, [], { title: "Connected", detail: null, connectedAs: null });
  world.sandbox.control.clearLog();
  return id;
}

const exchanges = () => world.sandbox.control.log({ route: "token" }).length;
const rowOf = async (id: number) => (await reader().select().from(credentials).where(eq(credentials.accountConnectorId, id)))[0];
const warnings = async (id: number) => {
  const { events } = await eventsOf(world.northwind.account, id, "refresh", 1);
  return events.filter((event) => event.outcome === "warn");
};
const call = (id: number) => callMethod(world.northwind.account, id, { methodId: "list-contacts", parameters: {}, fields: {} });

describe("S-27 one exchange per generation", () => {
  it("however many ask at the same time", async () => {
    const id = await connected();
    for (let generation = 1; generation <= 5; generation += 1) {
      later(50 * MINUTE);
      const results = await Promise.all(Array.from({ length: 50 }, async () => usableConnection(world.northwind.account, id)));
      expect(results.every((r) => r.ok)).toBe(true);
      expect(exchanges()).toBe(generation);
    }
    expect((await rowOf(id))?.generation).toBe(6);
  });

  it("a lease belongs to its owner until it ends, and another process waits for the result", async () => {
    const id = await connected();
    const credential = await rowOf(id);
    if (!credential) throw new Error("no credential");
    const first = await takeLease(credential.id, credential.generation, "process A", 45_000);
    expect(first.state).toBe("taken");
    expect((await takeLease(credential.id, credential.generation, "process B", 45_000)).state).toBe("busy");
    later(46_000);
    const second = await takeLease(credential.id, credential.generation, "process B", 45_000);
    expect(second).toMatchObject({ state: "taken", lost: 1 });
    // A is late and failed: that must not undo the lease of B.
    if (first.state !== "taken" || second.state !== "taken") throw new Error("no lease");
    const lease = { credentialId: credential.id, generation: credential.generation, ...first };
    expect(await closeFailedExchange(lease, { code: "late", nextRefreshAt: null, isSpent: true })).toBe(false);
    expect((await rowOf(id))?.isRefreshable).toBe(true);
    expect((await rowOf(id))?.leaseOwner).toBe("process B");
  });

  it("a save names the generation it replaces: a second one is refused", async () => {
    const id = await connected();
    const credential = await rowOf(id);
    if (!credential) throw new Error("no credential");
    const lease = await takeLease(credential.id, credential.generation, "A", 45_000);
    if (lease.state !== "taken") throw new Error("no lease");
    const held = { credentialId: credential.id, generation: credential.generation, journalId: lease.journalId };
    const values = {
      sealed: credential.sealed,
      last4: {},
      expiresAt: null,
      refreshExpiresAt: null,
      refreshObtainedAt: null,
      isRefreshable: true,
      scopes: null,
    };
    expect(await saveExchange(held, values)).toBe(true);
    expect(await saveExchange(held, values)).toBe(false);
  });
});

describe("S-28 a lost reply", () => {
  it("is tried again and never loops: after three lost replies only the customer can help", async () => {
    const id = await connected();
    const credential = await rowOf(id);
    if (!credential) throw new Error("no credential");
    for (let n = 0; n < 3; n += 1) {
      expect((await takeLease(credential.id, credential.generation, `crashed ${n}`, 1)).state).toBe("taken");
      later(10);
    }
    later(50 * MINUTE);
    const result = await usableConnection(world.northwind.account, id, "now");
    expect(result.ok ? "" : result.error.code).toBe("oauth.grant_rejected");
    expect(exchanges()).toBe(0);
    expect((await connectionOf(world.northwind.account, id))?.state).toBe("NeedsReconnect");
  });

  it("closes the journal with the save", async () => {
    const id = await connected();
    later(50 * MINUTE);
    await usableConnection(world.northwind.account, id);
    const credential = await rowOf(id);
    const entries = await reader()
      .select()
      .from(refreshJournal)
      .where(eq(refreshJournal.credentialId, credential?.id ?? ""));
    expect(entries).toMatchObject([{ outcome: "saved" }]);
    expect(entries[0]?.closedAt).not.toBeNull();
  });
});

describe("S-29 ahead of the end", () => {
  it("by fifteen minutes for an hour's token, and not before", async () => {
    const id = await connected(3600);
    later(44 * MINUTE);
    await call(id);
    expect(exchanges()).toBe(0);
    later(2 * MINUTE);
    await call(id);
    expect(exchanges()).toBe(1);
  });

  it("by half its life for a token of 300 s, which is not exchanged on every call", async () => {
    const id = await connected(300);
    for (let n = 0; n < 10; n += 1) await call(id);
    expect(exchanges()).toBe(0);
    later(151 * SECOND);
    for (let n = 0; n < 10; n += 1) await call(id);
    expect(exchanges()).toBe(1);
  });
});

describe("S-30 failures of a refresh", () => {
  it("of the provider: the token is used on while it is good, and tried again later", async () => {
    const id = await connected(3600);
    later(50 * MINUTE);
    world.sandbox.control.fault({ kind: "server-error", on: "token", times: 50 });
    const result = await usableConnection(world.northwind.account, id);
    expect(result.ok).toBe(true);
    expect(exchanges()).toBe(1);
    await usableConnection(world.northwind.account, id);
    expect(exchanges()).toBe(1);
    expect((await connectionOf(world.northwind.account, id))?.state).toBe("Connected");
    later(20 * MINUTE);
    expect((await usableConnection(world.northwind.account, id)).ok).toBe(false);
    expect((await connectionOf(world.northwind.account, id))?.state).toBe("ProviderDown");
    world.sandbox.control.clearFaults();
    later(HOUR);
    expect((await usableConnection(world.northwind.account, id)).ok).toBe(true);
    expect((await connectionOf(world.northwind.account, id))?.state).toBe("Connected");
  });

  it("of the customer: asked to reconnect, not tried again", async () => {
    const id = await connected();
    world.sandbox.control.revokeTokens();
    later(70 * MINUTE);
    expect((await usableConnection(world.northwind.account, id)).ok).toBe(false);
    expect((await connectionOf(world.northwind.account, id))?.state).toBe("NeedsReconnect");
    const before = exchanges();
    await usableConnection(world.northwind.account, id);
    expect(exchanges()).toBe(before);
  });

  it("of the partner: one incident, no customer asked, and it heals when mended", async () => {
    const ids = [await connected(), await connected()];
    world.sandbox.control.fault({ kind: "invalid-client", on: "token", times: 2 });
    later(70 * MINUTE);
    for (const id of ids) await usableConnection(world.northwind.account, id);
    expect(await openIncidents(world.northwind.scope)).toMatchObject([{ occurrences: 2 }]);
    for (const id of ids) expect((await connectionOf(world.northwind.account, id))?.state).toBe("WaitingOnPartner");
    later(6 * MINUTE);
    for (const id of ids) expect((await usableConnection(world.northwind.account, id)).ok).toBe(true);
    expect(await openIncidents(world.northwind.scope)).toEqual([]);
    for (const id of ids) expect((await connectionOf(world.northwind.account, id))?.state).toBe("Connected");
  });
});

describe("a token refused in the middle of a call", () => {
  it("is renewed once and the call repeated", async () => {
    const id = await connected();
    world.sandbox.control.expireAccessTokens();
    const result = await call(id);
    expect(result.ok && result.value.response.status).toBe(200);
    expect(exchanges()).toBe(1);
  });
});

describe("the rule of the twelve hours", () => {
  it.each([
    [11, false],
    [13, true],
  ])("a refresh token of %i h is kept: %s", async (hours, kept) => {
    const id = await connected();
    world.sandbox.control.set({ announceRefreshSeconds: hours * 3600 });
    later(50 * MINUTE);
    await usableConnection(world.northwind.account, id);
    expect((await rowOf(id))?.isRefreshable).toBe(kept);
  });
});

describe("in the background", () => {
  it("what is about to end is renewed before anybody asks", async () => {
    const id = await connected(3600);
    await renewDue();
    expect((await rowOf(id))?.generation).toBe(1);
    later(50 * MINUTE);
    expect(await renewDue()).toBeGreaterThan(0);
    expect((await rowOf(id))?.generation).toBe(2);
  });

  it("what only the customer can renew is announced in the timeline, once for each end", async () => {
    const id = await connected(5 * 86_400, false);
    expect(await connectionOf(world.northwind.account, id)).toMatchObject({
      state: "Expiring",
      customerNeededAt: (await rowOf(id))?.expiresAt,
    });
    await announceEnds();
    expect(await announceEnds()).toBe(0);
    expect(await warnings(id)).toMatchObject([
      { outcome: "warn", owner: "customer", title: expect.stringContaining("The customer is needed") },
    ]);
  });

  it("nothing is announced that ends later, renews itself, or is switched off", async () => {
    const quiet = [await connected(20 * 86_400, false), await connected(3600), await connected(86_400, false)];
    await setDisabled(world.northwind.account, quiet[2]!, true);
    await announceEnds();
    for (const id of quiet) expect(await warnings(id)).toEqual([]);
  });
});

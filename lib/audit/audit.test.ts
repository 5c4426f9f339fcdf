import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestDb } from "@/db/testing";
import { transact } from "@/db/transact";
import { systemPartnerScope } from "@/lib/access/scopes";
import { partnerAudit, verifyPartnerAudit } from "./data";
import { recordAudit } from "./mutations";

let db: ReturnType<typeof createTestDb>;
beforeEach(() => {
  db = createTestDb();
});
afterEach(() => db.close());

const scope = systemPartnerScope("p1");
const write = (n: number) =>
  transact((tx) =>
    recordAudit(tx, {
      chain: "p1",
      actor: scope.actor,
      action: "setup.saved",
      object: { type: "thing", id: n, name: `Thing ${n}` },
      details: { n },
    }),
  );

describe("S-53 the audit log", () => {
  it("is a chain that holds, also when written to from many sides", async () => {
    await Promise.all(Array.from({ length: 25 }, (_, n) => write(n)));
    expect(await verifyPartnerAudit(scope)).toEqual({ entries: 25, broken: null });
  });

  it.each([
    ["a changed entry", "update audit_entries set details = '{\"n\":99}' where sequence = 3", 3],
    ["a changed name", "update audit_entries set actor_name = 'Somebody' where sequence = 2", 2],
    ["a removed entry", "delete from audit_entries where sequence = 4", 4],
    ["a rewritten hash", "update audit_entries set hash = '0' where sequence = 5", 5],
  ])("shows %s", async (_what, sql, sequence) => {
    for (let n = 0; n < 6; n += 1) await write(n);
    db.rawWriter.exec(sql);
    expect((await verifyPartnerAudit(scope)).broken?.sequence).toBe(sequence);
  });

  it("keeps partners apart and rolls back with the change it tells of", async () => {
    await write(1);
    await transact(async (tx) => {
      await recordAudit(tx, {
        chain: "p2",
        actor: scope.actor,
        action: "account.updated",
        object: { type: "x", id: 1, name: "x" },
      });
      throw new Error("undone");
    }).catch(() => undefined);
    expect((await partnerAudit(scope, { query: "", action: "", page: 1 })).total).toBe(1);
    expect((await partnerAudit(systemPartnerScope("p2"), { query: "", action: "", page: 1 })).total).toBe(0);
  });
});

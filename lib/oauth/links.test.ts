import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { reader } from "@/db/client";
import { auditEntries, connectionEvents, connectLinks } from "@/db/schema";
import { FormBrowser } from "@/e2e/providers/form-browser";
import { tokenHash } from "@/lib/access/tokens";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { connectionOf } from "@/lib/installs/data";
import { recordCall } from "@/lib/installs/mutations";
import { MINUTE, now, shiftClock } from "@/lib/kernel/clock";
import { setPartnerDisabled } from "@/lib/partners/mutations";
import { startAttempt } from "./authorize";
import { finishAttempt } from "./callback";
import { attemptById, linkById, linksOf, openableLink } from "./data";
import { isFinished, linkSession } from "./link-session";
import { linkToken, normalToken } from "./link-token";
import { completeLink, consumeLink, insertLink, revokeLink } from "./mutations";

/** The cookies of the browser that asks. */
let nonce: string | null = "the nonce of browser A";
vi.mock("next/headers", () => ({
  cookies: async () => ({ get: () => (nonce === null ? undefined : { value: nonce }) }),
  headers: async () => new Headers({ "x-keyway-ip": "192.0.2.7" }),
}));

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(async () => {
  await world.close();
});
beforeEach(async () => {
  nonce = "the nonce of browser A";
  await world.sandbox.control.reset();
});

let count = 0;
let shifted = 0;
const later = (milliseconds: number) => {
  shifted += milliseconds;
  shiftClock(milliseconds);
};
afterEach(() => {
  shiftClock(-shifted);
  shifted = 0;
});

const scope = () => world.northwind.account;
async function made(lifetime = 5 * MINUTE) {
  await world.setUp(world.northwind, "sandbox-crm-oauth", {
    client_id: "keyway-sandbox",
    client_secret: "sandbox-secret-7Qw2mX",
  });
  const id = await world.install(world.northwind, "sandbox-crm-oauth", { name: `Linked ${(count += 1)}` });
  const link = await insertLink(scope(), id, lifetime);
  if (!link.ok) throw new Error(link.error.message);
  return { id, ...link.value };
}
const browser = (hash = tokenHash("the nonce of browser A")) => ({
  hash,
  ip: "192.0.2.7",
  userAgent: "Test",
  requestId: "request",
});

describe("a token", () => {
  it("has 80 bits that differ each time, in letters that can't be taken for others", () => {
    const tokens = new Set(Array.from({ length: 500 }, linkToken));
    expect(tokens.size).toBe(500);
    for (const token of tokens) expect(token).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    const used = new Set([...tokens].join("").replaceAll("-", ""));
    expect(used.size).toBe(32);
  });

  it.each(["7k2m-qx9d-o4tb-zr8h", "7K2MQX9D04TBZR8H", " 7K2M QX9D 04TB ZR8H "])("is the same typed as %s", (typed) => {
    expect(normalToken(typed)).toBe("7K2MQX9D04TBZR8H");
  });
});

describe("S-52 a link", () => {
  it("is kept by hashes: neither table, audit nor timeline holds the token", async () => {
    const { token } = await made();
    const stored = JSON.stringify([
      await reader().select().from(connectLinks),
      await reader().select().from(auditEntries),
      await reader().select().from(connectionEvents),
    ]);
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(normalToken(token));
  });

  it("isn't changed by reading, and is opened by its token once, also of twenty at the same time", async () => {
    const { publicId, token } = await made();
    const before = await openableLink(publicId);
    for (let scan = 0; scan < 5; scan += 1) expect(await openableLink(publicId)).toEqual(before);
    expect(await consumeLink(publicId, "0000-0000-0000-0000", browser())).toBeNull();
    expect(await openableLink(publicId)).toEqual(before);
    const opened = await Promise.all(Array.from({ length: 20 }, () => consumeLink(publicId, token.toLowerCase(), browser())));
    expect(opened.filter(Boolean)).toHaveLength(1);
    expect(await openableLink(publicId)).toBeNull();
  });

  it("ends: after its time, when it is revoked, with its partner and with its connection", async () => {
    const [late, revoked] = [await made(), await made()];
    expect((await revokeLink(scope(), revoked.id, (await linksOf(scope(), revoked.id))[0]?.id ?? "")).ok).toBe(true);
    expect(await openableLink(revoked.publicId)).toBeNull();
    expect(await consumeLink(revoked.publicId, revoked.token, browser())).toBeNull();

    later(5 * MINUTE + 1);
    expect(await openableLink(late.publicId)).toBeNull();
    expect(await consumeLink(late.publicId, late.token, browser())).toBeNull();

    const long = await made(60 * MINUTE);
    const partnerId = world.northwind.scope.partnerId;
    const instance = { actor: scope().actor } as never;
    expect((await setPartnerDisabled(instance, partnerId, true)).ok).toBe(true);
    expect(await openableLink(long.publicId)).toBeNull();
    expect(await consumeLink(long.publicId, long.token, browser())).toBeNull();
    expect((await setPartnerDisabled(instance, partnerId, false)).ok).toBe(true);
    expect(await openableLink(long.publicId)).not.toBeNull();
  });

  it("is made, listed and revoked only in its own account", async () => {
    const { id } = await made();
    const [link] = await linksOf(scope(), id);
    expect((await insertLink(world.fabrikam.account, id, MINUTE)).ok).toBe(false);
    expect(await linksOf(world.fabrikam.account, id)).toEqual([]);
    expect((await revokeLink(world.fabrikam.account, id, link?.id ?? "")).ok).toBe(false);
    expect((await revokeLink(scope(), id, link?.id ?? "")).ok).toBe(true);
    expect((await revokeLink(scope(), id, link?.id ?? "")).ok).toBe(false);
  });

  it("gives the right to one connection, to the browser that typed the token, for half an hour", async () => {
    const { id, publicId, token } = await made();
    const sibling = await world.install(world.northwind, "sandbox-crm-oauth", { name: `Beside ${(count += 1)}` });
    expect((await linkSession(publicId)).ok).toBe(false);
    await consumeLink(publicId, token, browser());
    const session = await linkSession(publicId);
    if (!session.ok) throw new Error(session.error.message);
    expect(await connectionOf(session.value.scope, id)).not.toBeNull();
    expect(await connectionOf(session.value.scope, sibling)).toBeNull();
    expect((await startAttempt(session.value.scope, sibling, { hash: "h", returnTo: { kind: "tab", path: "/" } })).ok).toBe(
      false,
    );
    nonce = "the nonce of browser B";
    expect(await linkSession(publicId)).toMatchObject({ ok: false, error: { code: "access.denied" } });
    nonce = null;
    expect((await linkSession(publicId)).ok).toBe(false);
    nonce = "the nonce of browser A";
    later(30 * MINUTE + 1);
    expect((await linkSession(publicId)).ok).toBe(false);
  });

  it("is done once somebody signed in, and can be used again only where that turns out not to work", async () => {
    const { id, publicId, token } = await made();
    await consumeLink(publicId, token, browser());
    const session = await linkSession(publicId);
    if (!session.ok) throw new Error(session.error.message);
    const { scope: holder, link } = session.value;
    expect(await isFinished(link, holder)).toBe(false);
    const returnTo = { kind: "tab" as const, path: `/connect/${publicId}` };
    const started = await startAttempt(holder, id, { hash: tokenHash("the nonce of browser A"), returnTo });
    if (!started.ok) throw new Error(started.error.message);
    const at = await new FormBrowser(world.sandbox.url).authorize(started.value.url, "mia@acme.example", "ito");
    await finishAttempt({
      id: at.pathname.split("/").at(-1) ?? "",
      query: at.searchParams,
      browserHash: tokenHash("the nonce of browser A"),
      person: null,
    });
    expect((await attemptById(started.value.attemptId))?.attempt.outcome).toBe("ok");
    const done = await linkById(link.id);
    expect(done?.completedAt).not.toBeNull();
    expect(done && (await isFinished(done, holder))).toBe(true);
    expect((await revokeLink(scope(), id, link.id)).ok).toBe(false);

    later(1);
    await recordCall(holder, id, {
      event: { kind: "test", outcome: "bad", title: "Test call failed", owner: "customer" },
      failure: { code: "provider.rejected", owner: "customer", message: "No." },
    });
    expect(done && (await isFinished(done, holder))).toBe(false);
  });

  it("that is revoked while its holder is at the provider stores nothing", async () => {
    const { id, publicId, token } = await made();
    await consumeLink(publicId, token, browser());
    const session = await linkSession(publicId);
    if (!session.ok) throw new Error(session.error.message);
    const hash = tokenHash("the nonce of browser A");
    const started = await startAttempt(session.value.scope, id, { hash, returnTo: { kind: "tab", path: "/" } });
    if (!started.ok) throw new Error(started.error.message);
    const at = await new FormBrowser(world.sandbox.url).authorize(started.value.url, "mia@acme.example", "ito");
    await revokeLink(scope(), id, session.value.link.id);
    await finishAttempt({
      id: at.pathname.split("/").at(-1) ?? "",
      query: at.searchParams,
      browserHash: hash,
      person: null,
    });
    expect((await attemptById(started.value.attemptId))?.attempt.outcome).toBe("access.denied");
    expect(await connectionOf(scope(), id)).toMatchObject({ hasCredential: false });
  });

  it("tells in audit and timeline who made it, opened it from where, and finished", async () => {
    const { id, publicId, token } = await made();
    const since = now();
    const link = await consumeLink(publicId, token, browser());
    await completeLink(link?.id ?? "");
    await completeLink(link?.id ?? "");
    const mine = (await reader().select().from(auditEntries)).filter((entry) => JSON.stringify(entry).includes(link?.id ?? "-"));
    expect(mine.map((entry) => entry.action)).toEqual(["link.created", "link.opened", "link.completed"]);
    const [listed] = await linksOf(scope(), id);
    expect(listed).toMatchObject({ createdBy: "Mia Ito", opened: { ip: "192.0.2.7", userAgent: "Test" } });
    expect(listed?.completedAt).toBeGreaterThanOrEqual(since);
  });
});

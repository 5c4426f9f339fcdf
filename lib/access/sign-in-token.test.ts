import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { MINUTE, shiftClock } from "@/lib/kernel/clock";
import { accountUsers } from "@/lib/tenants/data";
import { createSignInToken } from "@/lib/tenants/mutations";
import { signedInBySession } from "./data";
import { removeMember } from "./mutations";
import { signInWithToken } from "./sign-in";

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(() => world.close());

const FROM = { ip: "203.0.113.7", userAgent: null, requestId: null };

async function tokenFor(username: string): Promise<string> {
  const made = await createSignInToken(world.northwind.account, username);
  if (!made.ok) throw new Error(made.error.message);
  return made.value.token;
}
const refused = { ok: false, error: { code: "auth.invalid_token" } };

it("a sign-in token opens one session, for a person of its account", async () => {
  const token = await tokenFor("Pat@Customer.example");
  const opened = await signInWithToken(token, FROM);
  if (!opened.ok) throw new Error(opened.error.message);
  const who = await signedInBySession(opened.value.sessionId);
  expect(who?.email).toBe("pat@customer.example");
  expect(who?.memberships).toMatchObject([{ accountId: world.northwind.account.accountId }]);
  expect(await signInWithToken(token, FROM)).toMatchObject(refused);
  expect(await signInWithToken("nobody-made-this-one", FROM)).toMatchObject(refused);
});

it("is used up by one of two that come at once, and no good after five minutes or for somebody who left", async () => {
  const token = await tokenFor("pat@customer.example");
  const both = await Promise.all([signInWithToken(token, FROM), signInWithToken(token, FROM)]);
  expect(both.filter((each) => each.ok)).toHaveLength(1);

  const late = await tokenFor("pat@customer.example");
  shiftClock(6 * MINUTE);
  expect(await signInWithToken(late, FROM)).toMatchObject(refused);
  shiftClock(-6 * MINUTE);

  const left = await tokenFor("pat@customer.example");
  const { account, scope } = world.northwind;
  const member = (await accountUsers(account)).find((user) => user.userName === "pat@customer.example");
  expect(await removeMember(scope, account.accountId, member?.membershipId ?? "")).toMatchObject({ ok: true });
  expect(await signInWithToken(left, FROM)).toMatchObject(refused);
});

import { createHash } from "node:crypto";
import type { APIRequestContext } from "@playwright/test";
import { partnerScopeFor } from "@/lib/access/scopes";
import type { Permission } from "@/lib/access/policy";
import { dataDir, emailOf, expect, passwordOf, readDemo, signIn, test, type Who } from "./fixtures";
import { makeWorld, sessionOf, type World } from "./isolation-world";
import { ACTIONS, filesOfApp, HANDLERS, hasRight, isTheirs, OPEN_PAGES, PAGES, type Owner } from "./matrix";
import { callAction, serverActions } from "./server-actions";
import { openDatabase } from "./stored-rows";

const OWNERS: readonly Owner[] = ["own", "sibling", "other", "crossed", "unknown"];
const PEOPLE: readonly Who[] = [
  "administrator",
  "owner",
  "editor",
  "viewer",
  "acmeAdministrator",
  "acmeStandard",
  "birchAdministrator",
  "otherPartner",
];
const url = readDemo().url;

let world: World;

/** Everything stored but the sessions, whose last use is noted with each visit. */
function contents(): Record<string, string> {
  const database = openDatabase(dataDir(), { readonly: true });
  const tables = database
    .prepare("select name from sqlite_master where type = 'table' and name <> 'sessions'")
    .pluck()
    .all() as string[];
  const digest = (name: string) =>
    createHash("sha256")
      .update(JSON.stringify(database.prepare(`select * from "${name}"`).all()))
      .digest("hex");
  const found = Object.fromEntries(tables.map((name) => [name, digest(name)]));
  database.close();
  return found;
}

test.beforeEach(async ({ client }) => {
  for (const who of PEOPLE) await client(who);
  world ??= await makeWorld(client);
});

/** What a person can tell apart: status, where they are sent, and the words of the page. */
async function outcome(client: APIRequestContext, address: string): Promise<{ status: number; location: string; body: string }> {
  const answer = await client.get(address);
  return { status: answer.status(), location: answer.headers().location ?? "", body: await answer.text() };
}
/** The page without what differs from answer to answer, or repeats its address. */
const comparable = (body: string, address: string): string =>
  body
    .replaceAll(/nonce="[^"]*"|"nonce":"[^"]*"/g, "")
    .replaceAll(address, "")
    .replaceAll(/<script\b[^>]*>.*?<\/script>/gs, "")
    .replaceAll(/\s+/g, " ");

/**
 * Whether two pages read otherwise each time they are opened. A page is sent in pieces as they are ready, so once alone their
 * placeholders may differ; what one page says and the other doesn't stays different.
 */
async function readsOtherwise(
  client: APIRequestContext,
  one: string,
  other: string,
  ...first: { body: string }[]
): Promise<boolean> {
  let [a, b] = first.map(({ body }) => body);
  for (let tries = 0; tries < 4; tries += 1) {
    if (comparable(a ?? "", one) === comparable(b ?? "", other)) return false;
    a = (await outcome(client, one)).body;
    b = (await outcome(client, other)).body;
  }
  return true;
}

test("every page, route handler and server action is listed in the matrix (S-01)", () => {
  expect([...PAGES, ...OPEN_PAGES].map((each) => each.file).sort()).toEqual(filesOfApp("page.tsx"));
  expect(HANDLERS.map((each) => each.file).sort()).toEqual(filesOfApp("route.ts"));
  expect(Object.keys(ACTIONS).sort()).toEqual(
    serverActions()
      .map((action) => action.name)
      .sort(),
  );
});

test("a page shows its own object, and answers for anybody else's as for an unknown one (S-01, S-02)", async ({ client }) => {
  test.setTimeout(400_000);
  const before = contents();
  const wrong: string[] = [];
  const visit = async (who: Who) => {
    const mine = await client(who);
    for (const page of PAGES) {
      const unknown = page.named ? await outcome(mine, page.url(world.unknown)) : null;
      for (const owner of page.named ? OWNERS : (["own"] as const)) {
        if (owner === "unknown" || owner === "crossed") continue;
        const address = page.url(world[owner]);
        const told = `${who} at ${page.file} of ${owner}`;
        const got = await outcome(mine, address);
        const allowed = hasRight(page.rule, who) && (!page.named || isTheirs(who, owner) || who === "administrator");
        if (allowed) {
          if (got.status !== 200) wrong.push(`${told}: ${got.status} ${got.location}`);
          continue;
        }
        // Nobody's business: not there, or sent to where the person belongs.
        if (got.status !== 404 && !(got.status === 307 && /^\/(dashboard|portal|admin\/partners)$/.test(got.location)))
          wrong.push(`${told}: ${got.status} ${got.location}`);
        if (unknown && (got.status !== unknown.status || got.location !== unknown.location))
          wrong.push(`${told}: ${got.status} ${got.location}, but ${unknown.status} ${unknown.location} for an unknown id`);
        if (unknown && !isTheirs(who, owner) && (await readsOtherwise(mine, address, page.url(world.unknown), got, unknown)))
          wrong.push(`${told}: other words than for an unknown id`);
        const rsc = await (await mine.get(address, { headers: { rsc: "1" } })).text();
        if (!isTheirs(who, owner) && (got.body + rsc).includes(world[owner].name)) wrong.push(`${told}: names it`);
      }
    }
  };
  await Promise.all(PEOPLE.map(visit));
  expect(wrong).toEqual([]);
  expect(contents(), "looking changes nothing (S-03)").toEqual(before);
});

/** Clients whose session is gone: never there, revoked, past its end. */
async function withoutSession(client: (who: Who | null) => Promise<APIRequestContext>): Promise<[string, APIRequestContext][]> {
  const email = emailOf("owner");
  const revoked = await signIn(url, email, passwordOf(email));
  const sessionId = sessionOf(email);
  const answer = await callAction(await client("owner"), "revokeSessionAction", { sessionId });
  expect(answer.result).toMatchObject({ ok: true });
  const expired = await signIn(url, email, passwordOf(email));
  const database = openDatabase(dataDir());
  database.prepare("update sessions set expires_at = ? where id = ?").run(Date.now() - 1000, sessionOf(email));
  database.close();
  return [
    ["nobody", await client(null)],
    ["a revoked session", revoked],
    ["an expired session", expired],
  ];
}

test("without a session every page leads to the sign-in and back, and no action or route answers (S-01)", async ({ client }) => {
  test.setTimeout(180_000);
  const wrong: string[] = [];
  for (const [told, gone] of await withoutSession(client)) {
    for (const page of PAGES) {
      const address = page.url(world.own);
      const answer = await gone.get(address, { maxRedirects: 0 });
      const location = answer.headers().location ?? "";
      const back = new URL(location, url);
      if (answer.status() !== 307 || back.pathname !== "/sign-in" || !address.startsWith(back.searchParams.get("next") ?? "-"))
        wrong.push(`${told} at ${address}: ${answer.status()} ${location}`);
      if ((await answer.text()).includes(world.own.name)) wrong.push(`${told} at ${address}: names it`);
    }
    for (const handler of HANDLERS.filter((each) => !each.ownProof)) {
      const answer = await gone.get(handler.url(world.own));
      if (answer.status() !== 401) wrong.push(`${told} at ${handler.file}: ${answer.status()}`);
    }
    for (const [name, action] of Object.entries(ACTIONS).filter(([, each]) => !each.ownProof)) {
      const { result } = await callAction(gone, name, action.input(world.own));
      if (result.ok || result.error.code !== "auth.required") wrong.push(`${told} with ${name}: ${JSON.stringify(result)}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("a server action answers for anybody else's object as for an unknown one, and changes nothing (S-01, S-02)", async ({
  client,
}) => {
  test.setTimeout(400_000);
  const before = contents();
  const wrong: string[] = [];
  for (const who of PEOPLE) {
    const mine = await client(who);
    for (const [name, action] of Object.entries(ACTIONS)) {
      if (action.ownProof) continue;
      const allowed = hasRight(action.rule, who);
      if (!action.named) {
        if (allowed || action.self) continue;
        const { result } = await callAction(mine, name, action.input(world.own));
        if (result.ok || !["object.not_found", "access.denied"].includes(result.error.code))
          wrong.push(`${who} with ${name}: ${JSON.stringify(result)}`);
        continue;
      }
      const unknown = (await callAction(mine, name, action.input(world.unknown))).result;
      if (unknown.ok || !["object.not_found", "access.denied"].includes(unknown.error.code))
        wrong.push(`${who} with ${name} of nobody: ${JSON.stringify(unknown)}`);
      for (const owner of OWNERS) {
        if (owner === "unknown" || (owner === "crossed" && !action.inner)) continue;
        const theirs = owner !== "crossed" && (action.self ? false : isTheirs(who, owner));
        if (theirs && allowed) continue;
        // A session that is one's own is nobody else's.
        if (action.self && world[owner].session === sessionOf(emailOf(who))) continue;
        const { result } = await callAction(mine, name, action.input(world[owner]));
        const told = `${who} with ${name} of ${owner}`;
        if (theirs || (owner === "crossed" && isTheirs(who, "own"))) {
          const expected = allowed ? ["object.not_found"] : ["access.denied", "object.not_found"];
          if (result.ok || !expected.includes(result.error.code)) wrong.push(`${told}: ${JSON.stringify(result)}`);
        } else if (JSON.stringify(result) !== JSON.stringify(unknown)) {
          wrong.push(`${told}: ${JSON.stringify(result)}, but ${JSON.stringify(unknown)} for an unknown id`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(contents(), "what was refused changed nothing").toEqual(before);
});

test("what the matrix calls its own really is: the owner's actions pass with the same inputs", async ({ client }) => {
  const owner = await client("owner");
  const harmless = [
    "saveSetupAction",
    "updateInstallAction",
    "setDisabledAction",
    "installAction",
    "inviteAccountAction",
    "changeAccountRoleAction",
    "changePartnerRoleAction",
    "saveValuesAction",
    "createLinkAction",
    "revokeLinkAction",
    "revokeAccountInvitationAction",
    "revokePartnerInvitationAction",
    "uninstallAction",
    "createCycleAction",
    "updateCycleAction",
    "copyCycleAction",
    "addStepAction",
    "updateStepAction",
    "saveStepSetupAction",
    "setStepExternalAuthenticationAction",
    "saveVariableAction",
    "makeWebhookSecretAction",
    "disconnectStepsAction",
    "removeStepAction",
    "undoChangeAction",
    "deleteCycleAction",
    "restoreCycleAction",
  ];
  for (const name of harmless) {
    const { result } = await callAction(owner, name, ACTIONS[name]?.input(world.own));
    expect(result, name).toMatchObject({ ok: true });
  }
  const { result } = await callAction(owner, "updateInstallAction", ACTIONS.updateInstallAction?.input(world.own));
  expect(result, "after it was uninstalled").toMatchObject({ ok: false, error: { code: "object.not_found" } });
});

test("a route handler answers for anybody else's object as for an unknown one (S-01)", async ({ client }) => {
  const wrong: string[] = [];
  for (const who of PEOPLE) {
    const mine = await client(who);
    for (const handler of HANDLERS.filter((each) => !each.ownProof)) {
      const unknown = await (await mine.get(handler.url(world.unknown))).text();
      for (const owner of handler.named ? (["sibling", "other", "crossed"] as const) : (["own"] as const)) {
        // An address that names no account can't name one object in another's account.
        if (owner === "crossed" && handler.url(world.crossed) === handler.url(world.sibling)) continue;
        const answer = await mine.get(handler.url(world[owner]));
        const told = `${who} at ${handler.file} of ${owner}`;
        const allowed = hasRight(handler.rule, who) && (!handler.named || (owner !== "crossed" && isTheirs(who, owner)));
        if (allowed) {
          if (answer.status() !== 200) wrong.push(`${told}: ${answer.status()}`);
          continue;
        }
        if (answer.status() !== 404 && answer.status() !== 403) wrong.push(`${told}: ${answer.status()}`);
        if (handler.named && !isTheirs(who, owner) && owner !== "crossed" && (await answer.text()) !== unknown)
          wrong.push(`${told}: other words than for an unknown id`);
      }
    }
    const attempt = await mine.get(`/api/live/attempts/${world.own.attempt}`);
    if (who !== "owner" && attempt.status() !== 404) wrong.push(`${who} follows somebody else's sign-in`);
    const result = await (await mine.get(`/connector/result/${world.own.attempt}`)).text();
    if (who !== "owner" && result.includes(world.own.name)) wrong.push(`${who} reads the result of somebody else's sign-in`);
  }
  expect(wrong).toEqual([]);
});

test("a search shows nothing of another partner, and no list does (S-02)", async ({ client }) => {
  const fabrikam = await client("otherPartner");
  const northwind = await client("owner");
  const stamp = world.own.name.split(" ").at(-1) ?? "";
  for (const address of [
    `/api/live/search?q=${stamp}`,
    "/accounts",
    "/connections",
    "/dashboard",
    "/settings/audit",
    "/settings/people",
  ]) {
    const theirs = await (await fabrikam.get(address)).text();
    expect(theirs, `${address} of Fabrikam`).not.toMatch(/Secret of (own|sibling)|Acme Ltd|Birch &|ana@northwind/);
    expect(await (await northwind.get(address)).text(), `${address} of Northwind`).not.toContain(world.other.name);
  }
});

test("GET on a path that changes something is 405, and changes nothing (S-03)", async ({ client }) => {
  const before = contents();
  const owner = await client("owner");
  for (const handler of HANDLERS) {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      if (handler.methods.includes(method)) continue;
      const answer = await owner.fetch(handler.url(world.own), { method });
      expect(answer.status(), `${method} ${handler.file}`).toBe(405);
    }
  }
  for (const address of ["/api/auth/callback/credentials", "/api/auth/signout", "/api/auth/signin/credentials"]) {
    const answer = await owner.get(`${address}?email=${emailOf("owner")}&password=${passwordOf(emailOf("owner"))}`);
    expect(answer.status(), `GET ${address}`).toBe(405);
    expect(answer.headers()["set-cookie"] ?? "").not.toContain("keyway.session");
  }
  for (const { id, name, page } of serverActions()) {
    const answer = await owner.get(page, { headers: { "next-action": id } });
    expect(answer.headers()["content-type"] ?? "", `GET with ${name}`).not.toContain("text/x-component");
  }
  expect(contents()).toEqual(before);
});

test("every change from a foreign origin is refused (S-03)", async ({ client }) => {
  const before = contents();
  const owner = await client("owner");
  const foreign: Record<string, string>[] = [
    { origin: "https://attacker.example" },
    { origin: "null" },
    { origin: url.replace("127.0.0.1", "localhost") },
    { origin: url.replace("http:", "https:") },
    { origin: "", "sec-fetch-site": "cross-site" },
  ];
  for (const headers of foreign) {
    for (const { id, name, page } of serverActions()) {
      const data = JSON.stringify([ACTIONS[name]?.input(world.own)]);
      const answer = await owner.post(page, { headers: { ...headers, "next-action": id, "content-type": "text/plain" }, data });
      expect(answer.status(), `${name} from ${JSON.stringify(headers)}`).toBe(403);
    }
    for (const address of ["/api/auth/callback/credentials", "/api/auth/signout", "/api/live/search"]) {
      const answer = await owner.post(address, { headers, form: { email: "a", password: "b" } });
      expect(answer.status(), `${address} from ${JSON.stringify(headers)}`).toBe(403);
    }
  }
  expect(contents()).toEqual(before);
});

test("a permission that no rule names is denied to every role (S-02)", () => {
  const roles = ["owner", "editor", "viewer"] as const;
  for (const role of roles) {
    const who = { userId: "u", sessionId: "s", email: "e", name: "n", isInstanceAdministrator: false };
    const memberships = [{ partnerId: "p", accountId: null, role }];
    const actor = { type: "user" as const, id: "u", name: "n" };
    const scope = partnerScopeFor({ ...who, memberships } as never, actor, "comets.read" as Permission);
    expect(scope, role).toMatchObject({ ok: false, error: { code: "access.denied" } });
  }
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { reader } from "@/db/client";
import { oauthAttempts } from "@/db/schema";
import { FormBrowser } from "@/e2e/providers/form-browser";
import { startMaliciousServer, answerWithCode } from "@/e2e/providers/malicious";
import { connectorDefinitionSchema } from "@/lib/auth-methods/definition";
import { createTestWorld, type TestPartner, type TestWorld } from "@/lib/demo/testing";
import { connectionOf } from "@/lib/installs/data";
import { MINUTE, shiftClock } from "@/lib/kernel/clock";
import { callMethod } from "@/lib/run/call";
import { tokenHash } from "@/lib/access/tokens";
import { startAttempt } from "./authorize";
import { finishAttempt } from "./callback";
import { attemptById } from "./data";
import { deauthenticate } from "./revoke";

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(async () => {
  await world.close();
});
beforeEach(async () => {
  await world.sandbox.control.reset();
});

const OAUTH = "sandbox-crm-oauth";
const CLIENT = { client_id: "keyway-sandbox", client_secret: "sandbox-secret-7Qw2mX" };
const HASH = tokenHash("the nonce of browser A");
let count = 0;

async function installed(partner: TestPartner = world.northwind, values: Record<string, string> = CLIENT, slug = OAUTH) {
  await world.setUp(partner, slug, values);
  return world.install(partner, slug, { name: `Connection ${(count += 1)}` });
}

async function begin(id: number, partner: TestPartner = world.northwind, hash = HASH) {
  const started = await startAttempt(partner.account, id, { hash, returnTo: { kind: "tab", path: "/" } });
  if (!started.ok) throw new Error(started.error.message);
  return started.value;
}

/** Signs in at the provider and allows. Out: the address of the callback with its answer. */
const consent = (url: string) => new FormBrowser(world.sandbox.url).authorize(url, "mia@acme.example", "ito");

const PERSON = () => `user:${world.northwind.account.actor.id}`;
const arrive = (at: URL, more: Partial<Parameters<typeof finishAttempt>[0]> = {}) =>
  finishAttempt({
    id: at.pathname.split("/").at(-1) ?? "",
    query: at.searchParams,
    browserHash: HASH,
    person: PERSON(),
    ...more,
  });

/** The whole way. Out: how the attempt ended. */
async function connect(id: number) {
  const { url, attemptId } = await begin(id);
  const finished = await arrive(await consent(url));
  return finished.ok ? ((await attemptById(attemptId))?.attempt ?? null) : null;
}

const exchanges = () => world.sandbox.control.log({ route: "token" }).length;

describe("authorization code with PKCE", () => {
  it("S-21 ends with a credential that calls the API as the person who signed in, also where the server requires PKCE", async () => {
    world.sandbox.control.set({ requirePkce: true });
    const id = await installed();
    expect((await connect(id))?.outcome).toBe("ok");
    const view = await connectionOf(world.northwind.account, id);
    expect(view).toMatchObject({ state: "Connected", hasCredential: true, isRefreshable: true });
    const called = await callMethod(world.northwind.account, id, { methodId: "list-contacts", parameters: {}, fields: {} });
    expect(called.ok && JSON.parse(called.value.response.body)).toMatchObject({
      caller: { via: "bearer", subject: "mia@acme.example" },
    });
  });

  it("S-14 S-20 keeps neither state nor verifier nor token in the clear", async () => {
    const id = await installed();
    const { url, attemptId } = await begin(id);
    const state = new URL(url).searchParams.get("state") ?? "";
    expect(state.length).toBeGreaterThanOrEqual(22);
    expect(new URL(url).searchParams.get("code_challenge_method")).toBe("S256");
    const row = (await attemptById(attemptId))?.attempt;
    expect(JSON.stringify(row)).not.toContain(state);
    await arrive(await consent(url));
    const issued = world.sandbox.control.log({ route: "token" }).at(-1)?.body ?? "";
    const verifier = new URLSearchParams(issued).get("code_verifier") ?? "none";
    expect(verifier.length).toBeGreaterThanOrEqual(43);
    expect(JSON.stringify(await reader().select().from(oauthAttempts))).not.toContain(verifier);
  });
});

describe("S-20 an attempt", () => {
  it("is taken once: of 20 callbacks at the same time one succeeds", async () => {
    const id = await installed();
    const at = await consent((await begin(id)).url);
    const results = await Promise.all(Array.from({ length: 20 }, () => arrive(at)));
    expect(results.filter((r) => r.ok)).toHaveLength(1);
    expect(exchanges()).toBe(1);
  });

  it("ends after ten minutes", async () => {
    const id = await installed();
    const { url, attemptId } = await begin(id);
    const at = await consent(url);
    shiftClock(11 * MINUTE);
    try {
      await arrive(at);
      expect((await attemptById(attemptId))?.attempt.outcome).toBe("oauth.attempt_expired");
      expect(exchanges()).toBe(0);
    } finally {
      shiftClock(-11 * MINUTE);
    }
  });

  it("with an unknown state is nothing", async () => {
    const result = await arrive(new URL("http://127.0.0.1/connector/callback/x?code=abc&state=made-up"));
    expect(result.ok ? "" : result.error.code).toBe("oauth.attempt_unknown");
  });
});

describe("S-22 the callback is accepted only", () => {
  it.each([
    ["in the browser that started it", { browserHash: tokenHash("browser B") }],
    ["in a browser that has a nonce", { browserHash: null }],
    ["by the person who started it", { person: "user:somebody-else" }],
    ["by somebody who is signed in", { person: null }],
  ])("%s: otherwise refused, without a token call, and the attempt is not spent", async (_what, more) => {
    const id = await installed();
    const at = await consent((await begin(id)).url);
    const refused = await arrive(at, more);
    expect(refused.ok ? "" : refused.error.code).toBe("oauth.browser_mismatch");
    expect(exchanges()).toBe(0);
    expect((await arrive(at)).ok).toBe(true);
  });
});

describe("S-23 mix-up", () => {
  it("redirect URIs differ per partner and connector", async () => {
    const uris = [await begin(await installed()), await begin(await installed(world.fabrikam), world.fabrikam)].map(({ url }) =>
      new URL(url).searchParams.get("redirect_uri"),
    );
    expect(new Set(uris).size).toBe(2);
  });

  it("an answer at another connector's callback is refused without a token call", async () => {
    const id = await installed();
    const { url, attemptId } = await begin(id);
    await arrive(await consent(url), { id: "AnotherConnector" });
    expect((await attemptById(attemptId))?.attempt).toMatchObject({ outcome: "oauth.issuer_mismatch", outcomeOwner: "policy" });
    expect(exchanges()).toBe(0);
  });

  it("an answer that names another issuer is refused without a token call", async () => {
    world.sandbox.control.set({ issuer: "https://elsewhere.example" });
    const id = await installed();
    expect((await connect(id))?.outcome).toBe("oauth.issuer_mismatch");
    expect(exchanges()).toBe(0);
  });

  it("a malicious server that answers with an honest server's code gets no code of it", async () => {
    const evil = await startMaliciousServer();
    try {
      const honest = (await world.connector(OAUTH)).definition;
      const [method] = honest.authMethods;
      await world.define(
        connectorDefinitionSchema.parse({
          ...honest,
          slug: "evil",
          name: "Evil",
          authMethods: [
            {
              ...method,
              oauth2: {
                ...method?.oauth2,
                authorizationEndpoint: `${evil.url}/authorize`,
                tokenEndpoint: `${evil.url}/token`,
                issuer: evil.url,
              },
            },
          ],
        }),
      );
      const honestAttempt = await begin(await installed());
      const code = (await consent(honestAttempt.url)).searchParams.get("code") ?? "";
      const evilAttempt = await begin(await installed(world.northwind, CLIENT, "evil"));
      evil.onAuthorize(answerWithCode({ code, iss: world.sandbox.url }));
      const answer = await new FormBrowser(evil.url).open(evilAttempt.url);
      await arrive(new URL(answer.url));
      expect((await attemptById(evilAttempt.attemptId))?.attempt.outcome).toBe("oauth.issuer_mismatch");
      expect(evil.stolen).toHaveLength(0);
    } finally {
      await evil.close();
    }
  });
});

describe("S-25 the token call", () => {
  it.each([
    ["that redirects", { kind: "redirect", to: "http://127.0.0.1:9/" } as const, "policy"],
    ["that answers with 10 MB", { kind: "huge" } as const, undefined],
    ["that answers 500", { kind: "server-error" } as const, "provider"],
    ["that is cut", { kind: "close" } as const, "provider"],
  ])("%s leaves nothing connected and says whose it is", async (_what, fault, owner) => {
    world.sandbox.control.fault({ ...fault, on: "token" });
    const id = await installed();
    const attempt = await connect(id);
    expect(attempt?.outcome).not.toBe("ok");
    if (owner) expect(attempt?.outcomeOwner).toBe(owner);
    expect((await connectionOf(world.northwind.account, id))?.state).toBe("NotAuthenticated");
  });

  it("with a wrong client secret is the partner's fault and opens one incident", async () => {
    const id = await installed(world.northwind, { ...CLIENT, client_secret: "wrong-secret" });
    const attempt = await connect(id);
    expect(attempt).toMatchObject({ outcome: "oauth.client_rejected", outcomeOwner: "partner" });
    expect(attempt?.outcomeMessage).not.toContain("wrong-secret");
  });
});

describe("S-26 scopes", () => {
  it("that are required but not granted: not connected, and it names them", async () => {
    world.sandbox.control.set({ dropScopes: ["contacts.read"] });
    const id = await installed();
    const attempt = await connect(id);
    expect(attempt?.outcome).toBe("oauth.scope_missing");
    expect(attempt?.outcomeMessage).toContain("contacts.read");
    expect((await connectionOf(world.northwind.account, id))?.hasCredential).toBe(false);
  });
});

describe("declining", () => {
  it("is told in words of its own and stores nothing", async () => {
    world.sandbox.control.denyNextConsent();
    const id = await installed();
    expect((await connect(id))?.outcome).toBe("oauth.denied");
  });
});

describe("S-31 de-authenticating", () => {
  it.each([
    ["answers 200", null, /Revoked at/],
    ["answers 500", { kind: "server-error" } as const, /may stay valid/],
    ["answers nothing", { kind: "close" } as const, /didn't answer/],
  ])("deletes here whatever the provider does, and says which: it %s", async (_what, fault, words) => {
    const id = await installed();
    await connect(id);
    if (fault) world.sandbox.control.fault({ ...fault, on: "revoke", times: 2 });
    const done = await deauthenticate(world.northwind.account, id);
    expect(done.ok && done.value.revocation).toMatch(words);
    expect((await connectionOf(world.northwind.account, id))?.state).toBe("NotAuthenticated");
    const call = await callMethod(world.northwind.account, id, { methodId: "list-contacts", parameters: {}, fields: {} });
    expect(call.ok ? "" : call.error.message).toMatch(/is not authenticated\./);
  });

  it("of somebody else's connection is a 404", async () => {
    const id = await installed();
    const done = await deauthenticate(world.fabrikam.account, id);
    expect(done.ok ? "" : done.error.code).toBe("object.not_found");
  });
});

import { createHmac, randomBytes, sign } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FormBrowser } from "./form-browser";
import type { Received } from "./http";
import { RSA_PRIVATE_KEY } from "./oauth1-key";
import { baseStringOf, checkSignature, percentEncode, readSigned } from "./oauth1-verify";
import { startSandboxProvider, type SandboxProvider } from "./sandbox";

let sandbox: SandboxProvider;
beforeAll(async () => {
  sandbox = await startSandboxProvider({ port: 0 });
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.control.reset());

const CALLBACK = "http://127.0.0.1:59999/connector/callback/abc";
const HMAC = { key: "keyway-oauth1", secret: "oauth1-secret-9Lr4dN" };
const PAIR = { token: "tok_sandbox_acme_19c4", secret: "tks_sandbox_acme_8e22f0" };

interface Call {
  path: string;
  method?: string;
  signature?: string;
  consumer?: { key: string; secret: string };
  token?: { token: string; secret: string };
  oauth?: Record<string, string>;
  form?: Record<string, string>;
  realm?: string;
  place?: "header" | "query" | "body";
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** Signs as a client would, written apart from the server's check. */
async function call({
  path,
  method = "GET",
  signature = "HMAC-SHA1",
  consumer = HMAC,
  token,
  oauth = {},
  form,
  realm,
  place = "header",
}: Call) {
  const url = new URL(path, sandbox.url);
  const protocol: Record<string, string> = {
    oauth_consumer_key: consumer.key,
    oauth_signature_method: signature,
    oauth_timestamp: String(Math.floor(Date.now() / 1000)),
    oauth_nonce: randomBytes(8).toString("hex"),
    oauth_version: "1.0",
    ...(token ? { oauth_token: token.token } : {}),
    ...oauth,
  };
  const all = [...Object.entries(protocol), ...url.searchParams, ...Object.entries(form ?? {})].map(
    ([k, v]) => `${encode(k)}=${encode(v)}`,
  );
  const base = `${method}&${encode(url.origin + url.pathname)}&${encode(all.sort().join("&"))}`;
  const key = `${encode(consumer.secret)}&${encode(token?.secret ?? "")}`;
  if (signature === "PLAINTEXT") protocol.oauth_signature = key;
  else if (signature === "RSA-SHA1")
    protocol.oauth_signature = sign("sha1", Buffer.from(base), RSA_PRIVATE_KEY).toString("base64");
  else
    protocol.oauth_signature = createHmac(signature === "HMAC-SHA256" ? "sha256" : "sha1", key)
      .update(base)
      .digest("base64");
  const headers: Record<string, string> = {};
  const parts = Object.entries(protocol).map(([k, v]) => `${encode(k)}="${encode(v)}"`);
  if (place === "header")
    headers.authorization = `OAuth ${[...(realm === undefined ? [] : [`realm="${encode(realm)}"`]), ...parts].join(", ")}`;
  if (place === "query") for (const [k, v] of Object.entries(protocol)) url.searchParams.set(k, v);
  const body = form || place === "body" ? new URLSearchParams({ ...form, ...(place === "body" ? protocol : {}) }) : undefined;
  const response = await fetch(url, { method, headers, ...(body ? { body } : {}) });
  const text = await response.text();
  const answer = text.startsWith("{")
    ? (JSON.parse(text) as Record<string, unknown>)
    : Object.fromEntries(new URLSearchParams(text));
  return { status: response.status, headers: response.headers, body: answer };
}

describe("signatures against RFC 5849", () => {
  const received = (method: string, url: string, authorization: string, form = ""): Received =>
    ({
      method,
      url: new URL(url),
      headers: { authorization, ...(form ? { "content-type": "application/x-www-form-urlencoded" } : {}) },
      body: Buffer.from(form),
    }) as unknown as Received;

  it("builds the base string of section 3.4.1.1", () => {
    const request = received(
      "POST",
      "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
      'OAuth realm="Example", oauth_consumer_key="9djdj82h48djs9d2", oauth_token="kkk9d7dh3k39sjv7", oauth_signature_method="HMAC-SHA1", ' +
        'oauth_timestamp="137131201", oauth_nonce="7d8f3e4a", oauth_signature="bYT5CMsGcbgUdFHObYMEfcx6bsw%3D"',
      "c2&a3=2+q",
    );
    expect(baseStringOf(request.method, request.url, readSigned(request).parameters)).toBe(
      "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26" +
        "oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26" +
        "oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
    );
  });

  it("accepts the requests of section 1.2 and no other signature", () => {
    const secrets = { consumerSecret: "kd94hf93k423kf44", publicKey: null, tokenSecret: "pfkkdhi9sl3r4s00" };
    const photo = (signature: string) =>
      received(
        "GET",
        "http://photos.example.net/photos?file=vacation.jpg&size=original",
        'OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_token="nnch734d00sl2jdk", oauth_signature_method="HMAC-SHA1", ' +
          `oauth_timestamp="137131202", oauth_nonce="chapoH", oauth_signature="${signature}"`,
      );
    const check = (request: Received) => checkSignature(request, readSigned(request), secrets);
    expect(() => check(photo("MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"))).not.toThrow();
    expect(() => check(photo("MdpQcU8iPSUjWoN%2FUDMsK2sui9J%3D"))).toThrow("does not match");
  });

  it("encodes as section 3.6 says", () => {
    expect(percentEncode("Ladies + Gentlemen*~'é☃")).toBe("Ladies%20%2B%20Gentlemen%2A~%27%C3%A9%E2%98%83");
  });
});

describe("the three-legged flow", () => {
  it.each(["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"])("with %s", async (signature) => {
    const temporary = await call({
      path: "/oauth1/request_token",
      method: "POST",
      signature,
      oauth: { oauth_callback: CALLBACK },
    });
    expect(temporary.body).toMatchObject({ oauth_callback_confirmed: "true" });
    const request = { token: String(temporary.body.oauth_token), secret: String(temporary.body.oauth_token_secret) };
    const url = `${sandbox.url}/oauth1/authorize?oauth_token=${request.token}`;
    const back = await new FormBrowser(sandbox.url).authorize(url, "jonas@birch.example", "okafor");
    expect(back.origin + back.pathname).toBe(CALLBACK);
    expect(back.searchParams.get("oauth_token")).toBe(request.token);
    const oauth_verifier = back.searchParams.get("oauth_verifier") ?? "";
    const exchange = (verifier: string) =>
      call({ path: "/oauth1/access_token", method: "POST", signature, token: request, oauth: { oauth_verifier: verifier } });
    expect((await exchange("guess")).body.error).toBe("verifier_invalid");
    const granted = await exchange(oauth_verifier);
    expect(granted.body.user_id).toBe("jonas@birch.example");
    expect((await exchange(oauth_verifier)).body.error).toBe("token_rejected");
    const token = { token: String(granted.body.oauth_token), secret: String(granted.body.oauth_token_secret) };
    const list = await call({ path: "/oauth1/api/contacts?page=1&pageSize=2", signature, token });
    expect(list.body).toMatchObject({
      total: 7,
      caller: { via: "oauth1", in: `header Authorization (${signature})`, subject: "jonas@birch.example", client: HMAC.key },
    });
  });

  it("can be refused, and shows the code where there is no callback", async () => {
    const start = async (oauth_callback: string) =>
      String((await call({ path: "/oauth1/request_token", method: "POST", oauth: { oauth_callback } })).body.oauth_token);
    const browser = new FormBrowser(sandbox.url);
    const login = await browser.open(`/oauth1/authorize?oauth_token=${await start(CALLBACK)}`);
    expect(new URL((await browser.submit(login, "cancel")).url).searchParams.get("oauth_problem")).toBe("user_refused");
    sandbox.control.denyNextConsent();
    const denied = await browser.authorize(
      `${sandbox.url}/oauth1/authorize?oauth_token=${await start(CALLBACK)}`,
      "mia@acme.example",
      "ito",
    );
    expect(denied.searchParams.get("oauth_problem")).toBe("user_refused");
    sandbox.control.set({ autoAllow: "mia@acme.example" });
    expect((await browser.open(`/oauth1/authorize?oauth_token=${await start("oob")}`)).html).toMatch(
      /<code>[0-9a-f]{20}<\/code>/,
    );
  });

  it("needs a callback of this application, and the consent step the person who signed in", async () => {
    const evil = await call({
      path: "/oauth1/request_token",
      method: "POST",
      oauth: { oauth_callback: "https://evil.example/" },
    });
    expect([evil.status, evil.body.error]).toEqual([400, "callback_rejected"]);
    const temporary = await call({ path: "/oauth1/request_token", method: "POST", oauth: { oauth_callback: CALLBACK } });
    const body = new URLSearchParams({ oauth_token: String(temporary.body.oauth_token), step: "allow", ticket: "" });
    const skipped = await fetch(`${sandbox.url}/oauth1/authorize`, { method: "POST", body, redirect: "manual" });
    expect(skipped.status).toBe(400);
  });
});

describe("a signed call", () => {
  it("with a token pair from the developer page, in header, query and form body", async () => {
    for (const place of ["header", "query"] as const) {
      const answer = await call({ path: "/oauth1/api/contacts?search=O%27Neil%20%26%20co", token: PAIR, place });
      expect([place, answer.status]).toEqual([place, 200]);
    }
    for (const place of ["header", "body"] as const) {
      const form = { name: `Signed ${place} + ü`, "address[city]": "Łódź" };
      const answer = await call({ path: "/oauth1/api/contacts", method: "POST", token: PAIR, form, place });
      expect(answer.body).toMatchObject({ name: form.name, address: { city: "Łódź" }, caller: { subject: "mia@acme.example" } });
    }
  });

  it("with RSA-SHA1 and no token", async () => {
    const consumer = { key: "keyway-oauth1-rsa", secret: "" };
    const answer = await call({ path: "/oauth1/api/contacts", signature: "RSA-SHA1", consumer });
    expect(answer.body).toMatchObject({ total: 23, caller: { subject: null, client: consumer.key, account: "acme" } });
    expect((await call({ path: "/oauth1/api/contacts", signature: "HMAC-SHA1", consumer })).body.error).toBe(
      "signature_method_rejected",
    );
    expect((await call({ path: "/oauth1/api/contacts" })).body.error).toBe("parameter_absent");
  });

  it("names its realm where one is wanted", async () => {
    sandbox.control.set({ oauth1Realm: "4711_SB1" });
    expect((await call({ path: "/oauth1/api/me", token: PAIR })).body.error).toBe("realm_rejected");
    expect((await call({ path: "/oauth1/api/me", token: PAIR, realm: "4711_SB1" })).status).toBe(200);
  });

  it.each<[string, Partial<Call>]>([
    ["signature_invalid", { token: { ...PAIR, secret: "wrong" } }],
    ["signature_invalid", { consumer: { ...HMAC, secret: "wrong" } }],
    ["consumer_key_unknown", { consumer: { key: "nobody", secret: "x" } }],
    ["token_rejected", { token: { token: "unknown", secret: "x" } }],
    ["timestamp_refused", { oauth: { oauth_timestamp: "137131202" } }],
    ["version_rejected", { oauth: { oauth_version: "2.0" } }],
    ["signature_method_rejected", { signature: "HMAC-MD5" }],
  ])("is refused with %s (%#)", async (problem, change) => {
    const answer = await call({ path: "/oauth1/api/me", token: PAIR, ...change });
    expect(answer.body.error).toBe(problem);
    expect(answer.headers.get("www-authenticate")).toContain(`oauth_problem="${problem}"`);
  });

  it("is good once", async () => {
    const once = { oauth_nonce: "same", oauth_timestamp: String(Math.floor(Date.now() / 1000)) };
    expect((await call({ path: "/oauth1/api/me", token: PAIR, oauth: once })).status).toBe(200);
    expect((await call({ path: "/oauth1/api/me", token: PAIR, oauth: once })).body.error).toBe("nonce_used");
  });

  it("ends with its token", async () => {
    sandbox.control.revokeTokens("mia@acme.example");
    expect((await call({ path: "/oauth1/api/me", token: PAIR })).body.error).toBe("token_rejected");
  });
});

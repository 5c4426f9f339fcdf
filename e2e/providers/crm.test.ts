import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSandboxProvider, type SandboxProvider } from "./sandbox";

const KEY = "sk_sandbox_acme_4f9a1c2e";
let sandbox: SandboxProvider;
beforeAll(async () => {
  sandbox = await startSandboxProvider({ port: 0 });
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.control.reset());

async function call(path: string, init: RequestInit = {}) {
  const response = await fetch(sandbox.url + path, init);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}
const withKey = (path: string, method: string, body?: unknown, headers: Record<string, string> = {}) =>
  call(path, {
    method,
    headers: { "x-api-key": KEY, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const basic = (username: string, password: string) => `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

describe("who is calling", () => {
  it.each([
    ["header X-Api-Key", "/api/me", { "x-api-key": KEY }],
    ["header Authorization", "/api/me", { authorization: KEY }],
    ["header Authorization (Bearer)", "/api/me", { authorization: `Bearer ${KEY}` }],
    ["query api_key", `/api/me?api_key=${KEY}`, {}],
    ["cookie api_key", "/api/me", { cookie: `theme=dark; api_key=${KEY}` }],
    ["path", `/api/keys/${KEY}/me`, {}],
  ])("an API key in %s", async (place, path, headers) => {
    const { status, body } = await call(path, { headers: headers as Record<string, string> });
    expect(status).toBe(200);
    expect(body.caller).toEqual({ via: "api-key", in: place, subject: null, client: null, account: "acme" });
    expect(sandbox.control.log({ route: "api" })[0]?.caller?.in).toBe(place);
  });

  it.each([
    [basic("mia@acme.example", "ito"), { subject: "mia@acme.example", account: "acme" }],
    [basic("jonas@birch.example", "okafor"), { subject: "jonas@birch.example", account: "birch" }],
    [basic("kim.lee@cedar.example", "sandbox"), { subject: "kim.lee@cedar.example", account: "cedar" }],
    [basic("sk_sandbox_birch_77d0b3aa", "X"), { subject: null, account: "birch" }],
    [basic(KEY, ""), { subject: null, account: "acme" }],
  ])("HTTP Basic %#", async (authorization, caller) => {
    expect((await call("/api/me", { headers: { authorization } })).body.caller).toMatchObject({ via: "basic", ...caller });
  });

  it.each([
    ["missing_credential", {}],
    ["invalid_key", { "x-api-key": "sk_sandbox_acme_00000000" }],
    ["invalid_token", { authorization: "Bearer nonsense" }],
    ["invalid_login", { authorization: basic("mia@acme.example", "okafor") }],
    ["invalid_login", { authorization: basic("nobody", "sandbox") }],
    ["invalid_login", { authorization: basic(KEY, "hunter2") }],
  ])("refuses with %s (%#)", async (error, headers) => {
    const answer = await call("/api/contacts", { headers: headers as Record<string, string> });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ error, error_description: expect.stringMatching(/\.$/) as string });
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="sandbox"/);
  });

  it("mints and revokes keys", async () => {
    const key = sandbox.control.mintKey("birch");
    expect((await call("/api/me", { headers: { "x-api-key": key } })).body.caller).toMatchObject({ account: "birch" });
    sandbox.control.revokeKey(key);
    expect((await call("/api/me", { headers: { "x-api-key": key } })).status).toBe(401);
  });

  it("holds a token to its scopes", async () => {
    const { access_token } = await sandbox.control.issueTokens({ scope: "contacts.read" });
    const headers = { authorization: `Bearer ${access_token}`, "content-type": "application/json" };
    expect((await call("/api/contacts", { headers })).status).toBe(200);
    const refused = await call("/api/contacts", { method: "POST", headers, body: '{"name":"A"}' });
    expect([refused.status, refused.body.error]).toEqual([403, "insufficient_scope"]);
    expect(refused.headers.get("www-authenticate")).toContain('scope="contacts.write"');
  });
});

describe("contacts", () => {
  it("come in pages, each account its own", async () => {
    const first = await withKey("/api/contacts?page=1&pageSize=10", "GET");
    const third = await withKey("/api/contacts?page=3&pageSize=10", "GET");
    expect(first.body).toMatchObject({ page: 1, pageSize: 10, total: 23 });
    expect(first.body.contacts).toHaveLength(10);
    expect(third.body.contacts).toHaveLength(3);
    const birch = await call("/api/contacts?limit=1", { headers: { "x-api-key": "sk_sandbox_birch_77d0b3aa" } });
    expect(birch.body).toMatchObject({ total: 7, contacts: [{ id: "birch-1" }] });
    expect((await withKey("/api/contacts?search=novak", "GET")).body.total).toBe(1);
    expect((await withKey("/api/contacts?pageSize=1000", "GET")).status).toBe(400);
    expect((await withKey("/api/contacts/birch-1", "GET")).status).toBe(404);
  });

  it("are created, read and changed", async () => {
    const made = await withKey("/api/contacts", "POST", { name: "Zoe Hart", address: { city: "Bath" } });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: "Zoe Hart", email: null, address: { city: "Bath", country: null } });
    const path = `/api/contacts/${String(made.body.id)}`;
    expect((await withKey(path, "PATCH", { email: "zoe@hart.example" })).body).toMatchObject({
      name: "Zoe Hart",
      email: "zoe@hart.example",
    });
    expect((await withKey(path, "GET")).body).toMatchObject({ email: "zoe@hart.example", caller: { via: "api-key" } });
    expect((await withKey(path, "DELETE")).status).toBe(405);
  });

  it("say which field is wrong", async () => {
    const answer = await withKey("/api/contacts", "POST", { email: "no", planet: "Mars" });
    expect(answer.status).toBe(422);
    expect((answer.body.fields as { field: string }[]).map((one) => one.field)).toEqual(
      expect.arrayContaining(["name", "email"]),
    );
  });

  it("are made once for one idempotency key", async () => {
    const again = () => withKey("/api/contacts", "POST", { name: "Once" }, { "idempotency-key": "k1" });
    expect((await again()).body.id).toBe((await again()).body.id);
    expect((await withKey("/api/contacts", "GET")).body.total).toBe(24);
  });

  it("can be created with a form", async () => {
    const body = new URLSearchParams({ name: "Form Made", "address[city]": "Oslo" });
    const answer = await call("/api/contacts", { method: "POST", headers: { "x-api-key": KEY }, body });
    expect(answer.body).toMatchObject({ name: "Form Made", address: { city: "Oslo" } });
  });
});

describe("credentials in the body", () => {
  const fields = { account_id: 4711, token: "af_sandbox_acme_5d10", test_mode: true };
  const post = (path: string, body: unknown) =>
    call(`/api/auth-fields${path}`, {
      method: "POST",
      ...(body instanceof URLSearchParams
        ? { body }
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  const form = (values: Record<string, string>) => new URLSearchParams(values);

  it.each([
    ["json body", { ...fields }],
    ["json body (auth)", { auth: fields }],
    ["form body", form({ account_id: "4711", token: fields.token, test_mode: "true" })],
    ["form body (auth)", form({ "auth[account_id]": "4711", "auth[token]": fields.token, "auth[test_mode]": "false" })],
    ["form body (auth)", form({ "auth.account_id": "4711", "auth.token": fields.token, "auth.test_mode": "false" })],
  ])("work in a %s", async (place, body) => {
    const answer = await post("/contacts/list", body);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ total: 23, caller: { via: "auth-fields", in: place, account: "acme" } });
  });

  it("stay out of what is created", async () => {
    const answer = await post("/contacts", { ...fields, name: "Body Made" });
    expect(answer.status).toBe(201);
    expect(answer.body).not.toHaveProperty("token");
  });

  it.each([
    ["account_id must be a number.", { ...fields, account_id: "4711" }],
    ["test_mode must be true or false.", { ...fields, test_mode: "true" }],
    ["token is missing from the body.", { account_id: 4711, test_mode: true }],
    ["account_id and token don't belong together.", { ...fields, account_id: 4712 }],
  ])("are refused: %s", async (error_description, body) => {
    const answer = await post("/contacts/list", body);
    expect([answer.status, answer.body.error_description]).toEqual([401, error_description]);
  });
});

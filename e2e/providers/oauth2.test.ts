import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FormBrowser, pkcePair } from "./form-browser";
import { startSandboxProvider, type SandboxProvider } from "./sandbox";

const CLIENT = { client_id: "keyway-sandbox", client_secret: "sandbox-secret-7Qw2mX" };
const CALLBACK = "http://127.0.0.1:59999/connector/callback/abc";

let sandbox: SandboxProvider;
beforeAll(async () => {
  sandbox = await startSandboxProvider({ port: 0 });
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.control.reset());

type Answer = Record<string, string | number>;

async function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(sandbox.url + path, { method: "POST", body: new URLSearchParams(form), headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text === "" ? {} : JSON.parse(text)) as Answer };
}

const token = (form: Record<string, string>) => post("/token", { ...CLIENT, ...form });
const refresh = (refresh_token: unknown) => token({ grant_type: "refresh_token", refresh_token: String(refresh_token) });

function authorizeUrl(parameters: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: CLIENT.client_id,
    response_type: "code",
    redirect_uri: CALLBACK,
    scope: "openid contacts.read contacts.write offline_access",
    state: "st-1",
    ...parameters,
  });
  return `${sandbox.url}/auth?${query}`;
}

async function api(path: string, accessToken: unknown) {
  const response = await fetch(sandbox.url + path, { headers: { authorization: `Bearer ${accessToken}` } });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}

async function connect(parameters: Record<string, string> = {}) {
  const { verifier, challenge } = pkcePair();
  const url = authorizeUrl({ code_challenge: challenge, code_challenge_method: "S256", ...parameters });
  const back = await new FormBrowser(sandbox.url).authorize(url, "mia@acme.example", "ito");
  const code = back.searchParams.get("code") ?? "";
  return {
    back,
    code,
    exchange: () => token({ grant_type: "authorization_code", code, redirect_uri: CALLBACK, code_verifier: verifier }),
  };
}

describe("authorization code with PKCE", () => {
  it("leads through sign-in and consent to a token that works as the person", async () => {
    const browser = new FormBrowser(sandbox.url);
    const { verifier, challenge } = pkcePair();
    const login = await browser.open(authorizeUrl({ code_challenge: challenge, code_challenge_method: "S256" }));
    expect(login.html).toContain("to continue to Keyway");
    const wrong = await browser.submit(login, "sign-in", { email: "mia@acme.example", password: "wrong" });
    expect(wrong.status).toBe(400);
    expect(wrong.html).toContain('role="alert"');
    const consent = await browser.submit(wrong, "sign-in", { email: "mia@acme.example", password: "ito" });
    for (const scope of ["contacts.read", "contacts.write", "offline_access", "openid"])
      expect(consent.html).toContain(`<code>${scope}</code>`);
    expect(consent.html).toContain("Mia Ito");
    const back = new URL((await browser.submit(consent, "allow")).url);
    expect(back.origin + back.pathname).toBe(CALLBACK);
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ state: "st-1", iss: sandbox.url });

    const code = back.searchParams.get("code") ?? "";
    const answer = await token({ grant_type: "authorization_code", code, redirect_uri: CALLBACK, code_verifier: verifier });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      token_type: "Bearer",
      expires_in: 3600,
      scope: "openid contacts.read contacts.write offline_access",
    });
    expect(answer.body.refresh_token).toBeTypeOf("string");
    expect((await api("/api/me", answer.body.access_token)).body.caller).toMatchObject({
      via: "bearer",
      subject: "mia@acme.example",
      client: "keyway-sandbox",
      account: "acme",
    });
    expect((await api("/userinfo", answer.body.access_token)).body).toMatchObject({ sub: "mia@acme.example", name: "Mia Ito" });
    const discovery = (await (await fetch(`${sandbox.url}/.well-known/openid-configuration`)).json()) as Answer;
    expect(discovery).toMatchObject({ issuer: sandbox.url, token_endpoint: `${sandbox.url}/token` });
  });

  it("takes a code once and only with its verifier", async () => {
    const first = await connect();
    const wrong = await token({
      grant_type: "authorization_code",
      code: first.code,
      redirect_uri: CALLBACK,
      code_verifier: "x".repeat(43),
    });
    expect(wrong.body.error).toBe("invalid_grant");
    const second = await connect();
    const granted = await second.exchange();
    expect(granted.status).toBe(200);
    expect((await second.exchange()).body.error).toBe("invalid_grant");
    expect((await api("/api/me", granted.body.access_token)).status).toBe(401);
  });

  it("can be told to require PKCE", async () => {
    sandbox.control.set({ requirePkce: true });
    const back = await new FormBrowser(sandbox.url).authorize(authorizeUrl(), "mia@acme.example", "ito");
    expect(back.searchParams.get("error")).toBe("invalid_request");
    expect((await (await connect()).exchange()).status).toBe(200);
  });

  it("returns access_denied on Cancel, on both pages", async () => {
    const browser = new FormBrowser(sandbox.url);
    const login = await browser.open(authorizeUrl());
    expect(new URL((await browser.submit(login, "cancel")).url).searchParams.get("error")).toBe("access_denied");
    const consent = await browser.submit(await browser.open(authorizeUrl()), "sign-in", {
      email: "jonas@birch.example",
      password: "okafor",
    });
    const back = new URL((await browser.submit(consent, "cancel")).url);
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ error: "access_denied", state: "st-1", iss: sandbox.url });
  });

  it("remembers who signed in and lets them switch", async () => {
    const browser = new FormBrowser(sandbox.url);
    await browser.authorize(authorizeUrl(), "mia@acme.example", "ito");
    const consent = await browser.open(authorizeUrl());
    expect(consent.html).toContain("mia@acme.example");
    const login = await browser.submit(consent, "other-account");
    const other = await browser.submit(login, "sign-in", { email: "someone@else.example", password: "sandbox" });
    expect(other.html).toContain("someone@else.example");
    expect(new URL((await browser.submit(other, "allow")).url).searchParams.get("code")).toBeTruthy();
  });

  it("accepts any loopback callback and no other address", async () => {
    for (const redirect_uri of ["http://localhost:3000/connector/callback/1", "http://[::1]:9/base/connector/callback/x/y"]) {
      expect((await new FormBrowser(sandbox.url).open(authorizeUrl({ redirect_uri }))).status).toBe(200);
    }
    for (const redirect_uri of [
      "http://127.0.0.1:3000/elsewhere",
      "https://evil.example/connector/callback/1",
      "http://127.0.0.1.evil.example/connector/callback/1",
    ]) {
      const page = await new FormBrowser(sandbox.url).open(authorizeUrl({ redirect_uri }));
      expect(page.status).toBe(400);
      expect(page.html).toContain("redirect_uri");
    }
  });

  it("refuses a scope it does not know", async () => {
    const back = await new FormBrowser(sandbox.url).authorize(
      authorizeUrl({ scope: "contacts.read contacts.delete" }),
      "mia@acme.example",
      "ito",
    );
    expect(back.searchParams.get("error")).toBe("invalid_scope");
  });

  it("shows a page where the client is not known", async () => {
    const page = await new FormBrowser(sandbox.url).open(authorizeUrl({ client_id: "nobody" }));
    expect(page.status).toBe(400);
    expect(page.html).toContain("invalid_client");
  });

  it("knows clients made by control, public ones too", async () => {
    const made = await sandbox.control.createClient({
      clientId: "pub",
      clientSecret: null,
      redirectUris: ["https://app.example/cb"],
      loopbackCallbacks: false,
    });
    expect(made.clientSecret).toBeNull();
    sandbox.control.set({ autoAllow: "mia@acme.example" });
    const { verifier, challenge } = pkcePair();
    const redirect_uri = "https://app.example/cb";
    const url = authorizeUrl({ client_id: "pub", redirect_uri, code_challenge: challenge, code_challenge_method: "S256" });
    const back = new URL((await new FormBrowser(sandbox.url).open(url)).url);
    const code = back.searchParams.get("code") ?? "";
    const answer = await post("/token", {
      client_id: "pub",
      grant_type: "authorization_code",
      code,
      redirect_uri,
      code_verifier: verifier,
    });
    expect(answer.status).toBe(200);
    expect((await new FormBrowser(sandbox.url).open(authorizeUrl({ client_id: "pub" }))).status).toBe(400);
  });
});

describe("refresh tokens", () => {
  it("rotate, and using an old one again ends the family", async () => {
    const first = await sandbox.control.issueTokens({ scope: "contacts.read offline_access" });
    const second = await refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    expect((await api("/api/contacts", second.body.access_token)).status).toBe(200);
    expect((await refresh(first.refresh_token)).body.error).toBe("invalid_grant");
    expect(sandbox.control.counters).toMatchObject({
      refreshTokenReuse: 1,
      exchanges: { refresh_token: { requests: 2, succeeded: 1, refused: 1 } },
    });
    expect((await refresh(second.body.refresh_token)).body.error).toBe("invalid_grant");
    expect((await api("/api/contacts", second.body.access_token)).status).toBe(401);
  });

  it("let exactly one of twenty parallel exchanges through", async () => {
    const { refresh_token } = await sandbox.control.issueTokens();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refresh_token)));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(sandbox.control.counters.exchanges.refresh_token).toEqual({ requests: 20, succeeded: 1, refused: 19 });
  });

  it("stay the same where rotation is off", async () => {
    sandbox.control.set({ rotateRefreshTokens: false });
    const { refresh_token } = await sandbox.control.issueTokens();
    expect((await refresh(refresh_token)).body.refresh_token).toBe(refresh_token);
    expect((await refresh(refresh_token)).status).toBe(200);
  });

  it("belong to their client", async () => {
    const other = await sandbox.control.createClient();
    const { refresh_token } = await sandbox.control.issueTokens();
    const answer = await post("/token", {
      client_id: other.clientId,
      client_secret: other.clientSecret ?? "",
      grant_type: "refresh_token",
      refresh_token,
    });
    expect(answer.body.error).toBe("invalid_grant");
  });
});

describe("other grants and endpoints", () => {
  it("client credentials, by post and by Basic", async () => {
    const byPost = await token({ grant_type: "client_credentials" });
    expect(byPost.body).toMatchObject({ token_type: "Bearer", scope: "contacts.read contacts.write" });
    expect(byPost.body.refresh_token).toBeUndefined();
    const authorization = `Basic ${Buffer.from(`${CLIENT.client_id}:${CLIENT.client_secret}`).toString("base64")}`;
    const byBasic = await post("/token", { grant_type: "client_credentials", scope: "contacts.read" }, { authorization });
    expect(byBasic.body.scope).toBe("contacts.read");
    const me = await api("/api/me", byBasic.body.access_token);
    expect(me.body).toMatchObject({ user: null, caller: { subject: null, client: "keyway-sandbox", account: "acme" } });
    const wrong = await token({ grant_type: "client_credentials", client_secret: "wrong" });
    expect([wrong.status, wrong.body.error]).toEqual([401, "invalid_client"]);
  });

  it("password credentials", async () => {
    const answer = await token({ grant_type: "password", username: "jonas@birch.example", password: "okafor" });
    expect((await api("/api/me", answer.body.access_token)).body.caller).toMatchObject({
      subject: "jonas@birch.example",
      account: "birch",
    });
    expect((await refresh(answer.body.refresh_token)).status).toBe(200);
    expect((await token({ grant_type: "password", username: "jonas@birch.example", password: "ito" })).body.error).toBe(
      "invalid_grant",
    );
    expect(
      (await token({ grant_type: "password", username: "a@b.example", password: "sandbox", scope: "root" })).body.error,
    ).toBe("invalid_scope");
  });

  it("revocation takes the whole grant with a refresh token and one token with an access token", async () => {
    const first = await sandbox.control.issueTokens();
    expect((await post("/token/revocation", { ...CLIENT, token: first.refresh_token })).status).toBe(200);
    expect((await refresh(first.refresh_token)).body.error).toBe("invalid_grant");
    expect((await api("/api/me", first.access_token)).status).toBe(401);
    const second = await sandbox.control.issueTokens();
    await post("/token/revocation", { ...CLIENT, token: second.access_token, token_type_hint: "access_token" });
    expect((await api("/api/me", second.access_token)).status).toBe(401);
    expect((await post("/token/revocation", { ...CLIENT, token: "never-was-one" })).status).toBe(200);
    expect(sandbox.control.counters).toMatchObject({ revocations: 2, requests: { revoke: 3 } });
  });

  it("an expired access token is told from an unknown one", async () => {
    sandbox.control.set({ accessTokenSeconds: 60 });
    const { access_token, expires_in } = await sandbox.control.issueTokens();
    expect(expires_in).toBe(60);
    expect(sandbox.control.expireAccessTokens()).toBe(1);
    const expired = await api("/api/me", access_token);
    expect(expired.body).toEqual({ error: "invalid_token", error_description: "The access token expired." });
    expect(expired.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect((await api("/api/me", "nonsense")).body.error_description).toContain("not known");
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FormBrowser } from "./form-browser";
import { answerWithCode, mixUp, startMaliciousServer, type MaliciousServer } from "./malicious";
import { startSandboxProvider, type SandboxProvider } from "./sandbox";

const HONEST = "http://127.0.0.1:59999/connector/callback/honest";
const EVIL = "http://127.0.0.1:59999/connector/callback/evil";

let sandbox: SandboxProvider;
let evil: MaliciousServer;
beforeEach(async () => {
  sandbox = await startSandboxProvider({ port: 0 });
  sandbox.control.set({ autoAllow: "mia@acme.example" });
  evil = await startMaliciousServer();
});
afterEach(async () => {
  await evil.close();
  await sandbox.close();
});

const request = (redirect_uri: string) =>
  new URLSearchParams({ client_id: "evil-client", response_type: "code", redirect_uri, state: "st-9" });
const authorize = async () => {
  const response = await fetch(`${evil.url}/authorize?${request(EVIL)}`, { redirect: "manual" });
  return new URL(response.headers.get("location") ?? "");
};
const token = (init: RequestInit = {}) =>
  fetch(`${evil.url}/token`, {
    method: "POST",
    body: new URLSearchParams({ code: "c", client_secret: "s" }),
    redirect: "manual",
    ...init,
  });

describe("a malicious authorization server", () => {
  it("answers with somebody else's code, to any callback, under any issuer", async () => {
    evil.onAuthorize(answerWithCode({ code: "honest-code", callback: HONEST, iss: sandbox.url }));
    const back = await authorize();
    expect(back.origin + back.pathname).toBe(HONEST);
    expect(Object.fromEntries(back.searchParams)).toEqual({ code: "honest-code", state: "st-9", iss: sandbox.url });
    evil.onAuthorize(answerWithCode({ code: "c2" }));
    expect((await authorize()).href).toBe(`${EVIL}?code=c2&state=st-9`);
  });

  it("sends the browser on to the honest server, whose code then answers the wrong request", async () => {
    evil.onAuthorize(mixUp({ authorizationEndpoint: `${sandbox.url}/auth`, clientId: "keyway-sandbox" }));
    const back = new URL((await new FormBrowser(sandbox.url).open((await authorize()).href)).url);
    expect(back.origin + back.pathname).toBe(EVIL);
    expect(back.searchParams.get("state")).toBe("st-9");
    expect(back.searchParams.get("iss")).toBe(sandbox.url);
    const redeemed = await fetch(`${sandbox.url}/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code: back.searchParams.get("code") ?? "",
        redirect_uri: EVIL,
        client_id: "keyway-sandbox",
        client_secret: "sandbox-secret-7Qw2mX",
      }),
    });
    expect(redeemed.status).toBe(200);
  });

  it("keeps what it is given at its token endpoint", async () => {
    expect((await token()).status).toBe(200);
    expect(evil.stolen).toEqual([{ headers: expect.any(Object) as object, form: { code: "c", client_secret: "s" } }]);
  });

  it("redirects, drips and floods there", async () => {
    evil.onToken({ kind: "redirect", to: `${sandbox.url}/token`, status: 307 });
    evil.onToken({ kind: "drip", everyMs: 10 });
    evil.onToken({ kind: "huge" });
    expect((await token()).headers.get("location")).toBe(`${sandbox.url}/token`);
    await expect(token({ signal: AbortSignal.timeout(200) }).then((answer) => answer.text())).rejects.toThrow("timeout");
    expect((await (await token()).arrayBuffer()).byteLength).toBeGreaterThan(10 * 1024 * 1024);
  });
});

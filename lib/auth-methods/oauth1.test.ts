import { createHmac, createSign, createVerify, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { expose } from "@/lib/kernel/expose";
import { secret } from "@/lib/kernel/secret";
import { applyAuth } from "./apply";
import type { OAuthInput } from "./authorization-request";
import { connectorDefinitionSchema, type AuthMethod, type ConnectorDefinitionInput } from "./definition";
import {
  accessTokenRequest,
  oauth1AuthorizationUrl,
  parseAccessToken,
  parseOAuth1Callback,
  parseTemporaryCredentials,
  temporaryCredentialsRequest,
} from "./oauth1-handshake";
import {
  authorizationHeader,
  normalizedParameters,
  signatureBaseString,
  signOAuth1,
  type OAuth1Signer,
  type Pair,
} from "./oauth1-signature";

const signer: OAuth1Signer = (method, key, text) =>
  method === "RSA-SHA1"
    ? createSign("RSA-SHA1").update(text).sign(key, "base64")
    : createHmac(method === "HMAC-SHA1" ? "sha1" : "sha256", key)
        .update(text)
        .digest("base64");

describe("RFC 5849", () => {
  it("section 3.4.1.1: the base string of its example", () => {
    const own: Pair[] = [
      ["oauth_consumer_key", "9djdj82h48djs9d2"],
      ["oauth_token", "kkk9d7dh3k39sjv7"],
      ["oauth_signature_method", "HMAC-SHA1"],
      ["oauth_timestamp", "137131201"],
      ["oauth_nonce", "7d8f3e4a"],
    ];
    const form: Pair[] = [
      ["c2", ""],
      ["a3", "2 q"],
    ];
    expect(signatureBaseString("post", "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", [...form, ...own])).toBe(
      "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
    );
  });

  it("section 3.4.1.3.2: normalisation sorts by encoded name, then value", () => {
    expect(
      normalizedParameters([
        ["b5", "=%3D"],
        ["a3", "a"],
        ["c@", ""],
        ["a2", "r b"],
        ["a3", "2 q"],
      ]),
    ).toBe("a2=r%20b&a3=2%20q&a3=a&b5=%3D%253D&c%40=");
  });

  /** The whole of section 1.2, except that its examples carry no oauth_version. */
  const photos = { consumerKey: "dpf43f3p2l4k3l03", consumerSecret: "kd94hf93k423kf44", signer, version: false } as const;

  it("section 1.2: temporary credentials", () => {
    const signed = signOAuth1({
      ...photos,
      signatureMethod: "HMAC-SHA1",
      method: "POST",
      url: "https://photos.example.net/initiate",
      realm: "Photos",
      timestamp: 137131200,
      nonce: "wIjqoS",
      extra: [["oauth_callback", "http://printer.example.com/ready"]],
    });
    expect(signed.ok && signed.value.signature).toBe("74KNZJeDHnMBp0EMJ9ZHt/XKycU=");
    expect(signed.ok && signed.value.header).toMatch(
      /^OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03".*oauth_signature="74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D"$/,
    );
  });

  it("section 1.2: token and protected resource", () => {
    const token = signOAuth1({
      ...photos,
      signatureMethod: "HMAC-SHA1",
      method: "POST",
      url: "https://photos.example.net/token",
      token: "hh5s93j4hdidpola",
      tokenSecret: "hdhd0244k9j7ao03",
      timestamp: 137131201,
      nonce: "walatlh",
      extra: [["oauth_verifier", "hfdp7dh39dks9884"]],
    });
    expect(token.ok && token.value.signature).toBe("gKgrFCywp7rO0OXSjdot/IHF7IU=");
    const photo = signOAuth1({
      ...photos,
      signatureMethod: "HMAC-SHA1",
      method: "GET",
      url: "http://photos.example.net/photos?file=vacation.jpg&size=original",
      token: "nnch734d00sl2jdk",
      tokenSecret: "pfkkdhi9sl3r4s00",
      timestamp: 137131202,
      nonce: "chapoH",
    });
    expect(photo.ok && photo.value.signature).toBe("MdpQcU8iPSUjWoN/UDMsK2sui9I=");
  });

  it("section 3.4.4: PLAINTEXT needs no signer", () => {
    const signed = signOAuth1({
      signatureMethod: "PLAINTEXT",
      consumerKey: "k",
      consumerSecret: "djr9rjt0jd78jf88",
      tokenSecret: "jjd999tj88uiths3",
      token: "t",
      method: "GET",
      url: "https://a.example",
    });
    expect(signed.ok && signed.value.signature).toBe("djr9rjt0jd78jf88&jjd999tj88uiths3");
  });

  it("section 3.4.3: RSA signs with the private key alone, and a bad key says so without itself", () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    const input = {
      signatureMethod: "RSA-SHA1",
      consumerKey: "k",
      consumerSecret: privateKey,
      method: "GET",
      url: "https://a.example/x?b=1",
      nonce: "n",
      timestamp: 1,
      signer,
    } as const;
    const signed = signOAuth1(input);
    const base = signatureBaseString("GET", input.url, [
      ["oauth_consumer_key", "k"],
      ["oauth_signature_method", "RSA-SHA1"],
      ["oauth_timestamp", "1"],
      ["oauth_nonce", "n"],
      ["oauth_version", "1.0"],
    ]);
    expect(signed.ok && createVerify("RSA-SHA1").update(base).verify(publicKey, signed.value.signature, "base64")).toBe(true);
    const bad = signOAuth1({ ...input, consumerSecret: "canary" });
    expect(bad).toMatchObject({ ok: false, error: { code: "request.invalid" } });
    expect(JSON.stringify(bad)).not.toContain("canary");
  });

  it("section 3.5.1: the header escapes everything but the unreserved", () => {
    expect(
      authorizationHeader(
        [
          ["oauth_token", "a b/ü'"],
          ["x", "left out"],
        ],
        'my "realm"',
      ),
    ).toBe('OAuth realm="my \\"realm\\"", oauth_token="a%20b%2F%C3%BC%27"');
  });
});

const define = (
  oauth1: object,
  more: Partial<ConnectorDefinitionInput> = {},
): { definition: OAuthInput["definition"]; authMethod: AuthMethod } => {
  const definition = connectorDefinitionSchema.parse({
    slug: "acme",
    name: "Acme",
    baseUrl: "https://api.acme.example",
    authMethods: [{ id: "o", type: "OAuth1", oauth1 }],
    ...more,
  });
  const [authMethod] = definition.authMethods as [AuthMethod];
  return { definition, authMethod };
};

const ENDPOINTS = {
  requestTokenEndpoint: "https://acme.example/request",
  authorizationEndpoint: "https://acme.example/authorize",
  accessTokenEndpoint: "https://acme.example/access",
};

/** Checks a request as a server would: everything but the signature comes from the header itself. */
function verify(
  request: { method: string; url: string; headers: Readonly<Record<string, string>>; body?: string },
  key: string,
): Map<string, string> {
  const header = new Map(
    [...(request.headers.authorization ?? "").matchAll(/(\w+)="([^"]*)"/g)].map(([, n = "", v = ""]) => [
      n,
      decodeURIComponent(v),
    ]),
  );
  const own = [...header].filter(([n]) => n !== "realm" && n !== "oauth_signature");
  const form = request.body === undefined ? [] : [...new URLSearchParams(request.body)];
  const base = signatureBaseString(request.method, request.url, [...form, ...own]);
  expect(header.get("oauth_signature")).toBe(signer("HMAC-SHA1", key, base));
  return header;
}

describe("the handshake", () => {
  const values = { client_id: "ck", client_secret: secret("cs&1") };
  const acme = {
    ...define({
      ...ENDPOINTS,
      realm: "Acme",
      requestParameters: { x_auth_access_type: "write" },
      authorizationParameters: { expiration: "never" },
      scopes: { default: ["read", "write"], separator: "," },
    }),
    values,
    signer,
  };

  it("asks for temporary credentials, signed over its form", () => {
    const result = temporaryCredentialsRequest({ ...acme, callbackUrl: "https://keyway.example/cb?x=1" });
    if (!result.ok) throw new Error(result.error.message);
    expect(result.value.request).toMatchObject({
      method: "POST",
      url: "https://acme.example/request",
      body: "x_auth_access_type=write",
    });
    const header = verify(result.value.request, "cs%261&");
    expect(Object.fromEntries(header)).toMatchObject({
      realm: "Acme",
      oauth_callback: "https://keyway.example/cb?x=1",
      oauth_consumer_key: "ck",
    });
    expect(header.has("oauth_token")).toBe(false);
    expect(result.value.secrets).toContain("cs&1");
  });

  it("reads them, and refuses a server without callback confirmation", () => {
    const read = parseTemporaryCredentials({
      ...acme,
      status: 200,
      body: "oauth_token=tt&oauth_token_secret=ts&oauth_callback_confirmed=true",
    });
    expect(read.ok && [expose(read.value.token), expose(read.value.tokenSecret)]).toEqual(["tt", "ts"]);
    expect(parseTemporaryCredentials({ ...acme, status: 200, body: "oauth_token=tt&oauth_token_secret=ts" })).toMatchObject({
      ok: false,
      error: { code: "oauth.provider_error" },
    });
    expect(parseTemporaryCredentials({ ...acme, status: 401, body: "oauth_problem=consumer_key_unknown" })).toMatchObject({
      ok: false,
      error: { code: "oauth.client_rejected", details: { owner: "partner" } },
    });
  });

  it("sends the browser on, reads the callback, exchanges the verifier", () => {
    const url = oauth1AuthorizationUrl({ ...acme, token: secret("t t") });
    expect(url).toEqual({
      ok: true,
      value: "https://acme.example/authorize?expiration=never&scope=read%2Cwrite&oauth_token=t+t",
    });
    const back = parseOAuth1Callback(new URLSearchParams("oauth_token=tt&oauth_verifier=v1"));
    expect(back).toMatchObject({ token: "tt", denied: false });
    expect(parseOAuth1Callback(new URLSearchParams("denied=tt"))).toEqual({ token: "tt", verifier: null, denied: true });
    if (!back.verifier) throw new Error("no verifier");
    const result = accessTokenRequest({ ...acme, token: "tt", tokenSecret: secret("ts"), verifier: back.verifier });
    if (!result.ok) throw new Error(result.error.message);
    expect(verify(result.value.request, "cs%261&ts").get("oauth_verifier")).toBe("v1");
    const got = parseAccessToken({ ...acme, status: 200, body: "oauth_token=at&oauth_token_secret=as&user=7" });
    expect(got.ok && expose(got.value.tokenSecret)).toBe("as");
  });

  it("names what is blank and never a value", () => {
    expect(temporaryCredentialsRequest({ ...acme, values: { client_id: "ck" }, callbackUrl: "x" })).toMatchObject({
      ok: false,
      error: { code: "connector.values_missing", message: "A value is missing: Consumer Secret" },
    });
    expect(
      temporaryCredentialsRequest({ ...define({ tokenSource: "entered" }), values, signer, callbackUrl: "x" }),
    ).toMatchObject({ ok: false, error: { code: "connector.method_unsupported" } });
  });
});

describe("API calls", () => {
  const call = (oauth1: object, values: OAuthInput["values"], request: Parameters<typeof applyAuth>[0]["request"]) => {
    const result = applyAuth({ ...define(oauth1), values, request, oauth1Signer: signer });
    if (!result.ok) throw new Error(`${result.error.code} ${result.error.message}`);
    return result.value;
  };
  const pair = { client_id: "ck", client_secret: "cs", accessToken: secret("at/1"), accessTokenSecret: secret("as") };

  it("sign query and form bodies, never JSON", () => {
    const form = call({}, pair, {
      method: "POST",
      path: "/x",
      query: { a: "1 2", b: ["x", "x"] },
      body: { note: "a+b &c" },
      bodyFormat: "form",
    });
    expect(verify(form.request, "cs&as").get("oauth_token")).toBe("at/1");
    const body = call({}, pair, { method: "POST", path: "/x", body: { note: "n" } }).request;
    verify({ method: body.method, url: body.url, headers: body.headers }, "cs&as");
    expect(form.secrets).toEqual(expect.arrayContaining(["cs", "as", "at/1", "at%2F1"]));
  });

  it("with a token pair typed in, and without any token", () => {
    verify(call({ tokenSource: "entered" }, { ...pair }, { method: "GET", path: "/x" }).request, "cs&as");
    const { authorization } = call(
      { tokenSource: "none" },
      { client_id: "ck", client_secret: "cs" },
      { method: "GET", path: "/x" },
    ).request.headers;
    expect(authorization).not.toContain("oauth_token=");
  });

  it("without its token is an error that names it", () => {
    expect(
      applyAuth({
        ...define({}),
        values: { client_id: "ck", client_secret: "cs" },
        request: { method: "GET", path: "/x" },
        oauth1Signer: signer,
      }),
    ).toMatchObject({ ok: false, error: { code: "connector.values_missing", message: "A value is missing: Access token" } });
  });
});

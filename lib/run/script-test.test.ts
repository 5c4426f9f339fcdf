import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { closeScripts } from "@/lib/scripts/pool";
import { runScriptTest } from "./script-test";

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(async () => {
  await closeScripts();
  await world.close();
});

async function run(script: string, variables: unknown = {}) {
  const tested = await runScriptTest(world.northwind.scope, {
    event: "before_action",
    script,
    variables: typeof variables === "string" ? variables : JSON.stringify(variables),
  });
  if (!tested.ok) throw new Error(tested.error.message);
  return tested.value;
}

describe("a script that is tried out", () => {
  it("shows what it printed, returned and left, with the credential masked", async () => {
    const test = await run(
      "function before_action() { method_request_headers.Authorization = 'Bearer ' + method_auth_value; console.log('at', method_endpoint); return method_auth_value; }",
      { method_auth_value: "the-made-up-key", method_request_headers: {}, method_endpoint: "/contacts" },
    );
    expect(test).toMatchObject({ ok: true, signal: "continue", console: ["at /contacts"], error: null });
    expect(JSON.parse(test.variables ?? "")).toMatchObject({
      method_request_headers: { Authorization: expect.stringMatching(/^Bearer •+/) },
    });
    expect(JSON.stringify(test)).not.toContain("made-up");
  });

  it("shows a mistake with its line, and what was printed before", async () => {
    const test = await run("function before_action() {\n  console.log('one');\n  throw new Error('two');\n}");
    expect(test).toMatchObject({ ok: false, signal: null, console: ["one"], error: { message: "two", line: 3 } });
  });

  it.each([
    ["return false", "stop"],
    ["throw new AuthRefreshException()", "refresh"],
    ["throw new AuthSessionException()", "session"],
  ])("says what %s does", async (statement, signal) => {
    expect(await run(`function before_action() { ${statement}; }`)).toMatchObject({ ok: true, signal });
  });

  it("says that it has no such function", async () => {
    expect(await run("function after_action() { return true; }")).toMatchObject({
      ok: false,
      error: { message: "The script has no function before_action." },
    });
  });

  it("makes requests, and never one with the credential", async () => {
    const asking = (value: string) =>
      `function before_action() { console.log(http_request({ url: "${world.sandbox.url}/api/me", headers: { "X-Api-Key": ${value} } }).status_code); return true; }`;
    expect(await run(asking("'none'"), { method_auth_value: "k-123456" })).toMatchObject({ ok: true, console: ["401"] });
    const refused = await run(asking("method_auth_value"), { method_auth_value: "k-123456" });
    expect(refused.error?.message).toContain("tried to send a secret");
    expect(world.sandbox.control.log({ route: "api" })).toHaveLength(1);
  });

  it.each(["[1]", "{", "12"])("refuses variables that are no JSON object: %s", async (variables) => {
    const tested = await runScriptTest(world.northwind.scope, { event: "before_action", script: "", variables });
    expect(tested).toMatchObject({ ok: false, error: { code: "request.invalid", fields: { variables: expect.any(String) } } });
  });
});

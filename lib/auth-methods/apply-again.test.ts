import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { secret } from "@/lib/kernel/secret";
import { applyAuth, type ApiCall } from "./apply";
import { connectorDefinitionSchema, type ConnectorDefinition, type ConnectorDefinitionInput } from "./definition";

const define = (more: Omit<ConnectorDefinitionInput, "slug" | "name">) =>
  connectorDefinitionSchema.parse({ slug: "acme", name: "Acme", ...more });
const BASE = "https://api.acme.example/v1";

describe("calls of one connection", () => {
  const definition = define({
    baseUrl: "https://{{host}}.acme.example",
    headers: { "X-Fixed": "{{host}}", Accept: "application/json" },
    query: { v: "2" },
    parameters: [{ name: "host", title: "Host" }],
    authMethods: [
      { id: "header", type: "ApiKey", placements: [{ in: "header", name: "X-Key", value: "{{apiKey}}" }] },
      { id: "cookie", type: "ApiKey", placements: [{ in: "cookie", name: "key", value: "{{apiKey}}" }] },
      { id: "query", type: "ApiKey", placements: [{ in: "query", name: "key", value: "{{apiKey}}" }] },
      { id: "body", type: "ApiKey", placements: [{ in: "body", name: "key", value: "{{apiKey}}" }] },
    ],
  });
  const shared = { host: "eu", apiKey: secret("k1-secret") };
  const ask = (authMethod: ConnectorDefinition["authMethods"][number], request: ApiCall, values = shared) =>
    applyAuth({ definition, authMethod, values, request });

  it("are each as they would be alone, whatever was sent before", () => {
    const names = fc.constantFrom("x-own", "X-Key", "x-fixed", "Cookie", "content-type", "idempotency-key", "bad name");
    const headers = fc.dictionary(names, fc.constantFrom("a", "b", "text/plain", "bad\nvalue"), { maxKeys: 3 });
    const body = fc.oneof(fc.constant(undefined), fc.constant(null), fc.record({ name: fc.string() }), fc.constant("text"));
    const request = fc.record({
      method: fc.constantFrom("GET", "post"),
      path: fc.constantFrom("/a", "/b/{{host}}", "/{{nothing}}"),
      headers,
      body,
      bodyFormat: fc.constantFrom("json" as const, "form" as const),
      query: fc.oneof(fc.constant({}), fc.constant({ v: "3", more: ["1", "2"] })),
    });
    fc.assert(
      fc.property(fc.constantFrom(...definition.authMethods), request, (authMethod, call) => {
        // A merge field of its own, though nothing names it, has the request made from the start.
        const alone = ask(authMethod, { ...call, mergeFields: { unused: "x" } }, { ...shared });
        expect(ask(authMethod, call)).toEqual(alone);
      }),
      { numRuns: 600 },
    );
  });

  it("draw lots each for itself", () => {
    const drawing = define({
      baseUrl: BASE,
      headers: { "X-Nonce": "{{random}}", "X-Again": "{{random}}" },
      authMethods: [{ id: "n", type: "None" }],
    });
    const [authMethod] = drawing.authMethods;
    const values = {};
    const nonces = [1, 2].map(() => {
      const made = authMethod && applyAuth({ definition: drawing, authMethod, values, request: { method: "GET", path: "/" } });
      if (!made?.ok) throw new Error("no request");
      expect(made.value.request.headers["x-again"]).toBe(made.value.request.headers["x-nonce"]);
      return made.value.request.headers["x-nonce"];
    });
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it("change with the values, the method and the definition", () => {
    const [header, cookie] = definition.authMethods as [
      ConnectorDefinition["authMethods"][number],
      (typeof definition.authMethods)[number],
    ];
    const request: ApiCall = { method: "GET", path: "/a" };
    const key = (result: ReturnType<typeof ask>) =>
      result.ok && [result.value.request.headers["x-key"], result.value.request.headers.cookie];
    expect(key(ask(header, request))).toEqual(["k1-secret", undefined]);
    expect(key(ask(cookie, request))).toEqual([undefined, "key=k1-secret"]);
    expect(key(ask(header, request, { ...shared, apiKey: secret("k2-secret") }))).toEqual(["k2-secret", undefined]);
    const other = { ...definition, headers: { "X-Fixed": "other" } };
    const made = applyAuth({ definition: other, authMethod: header, values: shared, request });
    expect(made.ok && made.value.request.headers["x-fixed"]).toBe("other");
  });
});

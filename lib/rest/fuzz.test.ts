import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operationsOf, type Document, type Operation } from "@/e2e/openapi-document";
import { RestClient, type Send } from "@/e2e/rest-client";
import { addressOf, makeObjects, type RestObjects } from "@/e2e/rest-world";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { api } from "./app";

const RUNS = Number(process.env.FUZZ_RUNS ?? 12);

type Json = Record<string, unknown>;

const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    "",
    " ",
    "0",
    -1,
    0,
    1e308,
    true,
    [],
    {},
    "\ud800",
    "a\u0000b",
    "\u202e",
    "__proto__",
    "'; drop table users; --",
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Values that a schema allows, and now and then one that it doesn't. */
function fromSchema(schema: Json | undefined, depth = 0): fc.Arbitrary<unknown> {
  const right = rightFor(schema, depth);
  return fc.oneof({ arbitrary: right, weight: 6 }, { arbitrary: odd, weight: 1 });
}

function rightFor(schema: Json | undefined, depth: number): fc.Arbitrary<unknown> {
  if (!schema || depth > 4) return odd;
  const options = (schema.anyOf ?? schema.oneOf) as Json[] | undefined;
  if (options) return fc.oneof(...options.map((option) => rightFor(option, depth + 1)));
  if (schema.enum) return fc.constantFrom(...(schema.enum as unknown[]));
  const types = [schema.type].flat();
  const type = types.find((t) => t !== "null");
  const value = ((): fc.Arbitrary<unknown> => {
    switch (type) {
      case "object": {
        const properties = (schema.properties ?? {}) as Record<string, Json>;
        const named = fc.record(
          Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, fromSchema(inner, depth + 1)])),
          { requiredKeys: ((schema.required ?? []) as string[]).filter((name) => name in properties) },
        );
        return schema.additionalProperties ? fc.dictionary(fc.string({ maxLength: 8 }), odd, { maxKeys: 3 }) : named;
      }
      case "array":
        return fc.array(fromSchema(schema.items as Json, depth + 1), { maxLength: 3 });
      case "integer":
        return fc.integer({ min: -5, max: 2000 });
      case "number":
        return fc.double({ noNaN: true });
      case "boolean":
        return fc.boolean();
      case "string":
        return fc.oneof(fc.string({ unit: "grapheme", maxLength: 30 }), fc.emailAddress(), fc.uuid());
      default:
        return odd;
    }
  })();
  return types.includes("null") ? fc.option(value) : value;
}

let world: TestWorld;
let send: Send;
let own: RestObjects;
let foreign: RestObjects;
let operations: Operation[];

beforeAll(async () => {
  world = await createTestWorld();
  const app = api();
  send = async (path, init) => app.request(path, init);
  operations = operationsOf((await (await app.request("/v1.0/openapi.json")).json()) as Document).filter((o) => o.security);
  own = await makeObjects(await RestClient.signIn(send, await world.apiClient(world.northwind)), "sk_sandbox_acme_4f9a1c2e");
  foreign = await makeObjects(await RestClient.signIn(send, await world.apiClient(world.fabrikam)), "sk_sandbox_birch_77d0b3aa");
});
afterAll(() => world.close());

/** An id of the address: the own one mostly, another partner's, or anything. */
const idFor = (name: string): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: fc.constant(own.ids[name] ?? "1"), weight: 5 },
    { arbitrary: fc.constant(foreign.ids[name] ?? "1"), weight: 1 },
    {
      arbitrary: fc.oneof(
        fc.integer().map(String),
        fc.uuid(),
        fc.constantFrom("...", "%00", "X1111111-1111", "9".repeat(30), "-0", "1e3", "\u{1f98a}"),
        fc
          .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
          .filter((text) => text.trim() !== "" && text !== "." && text !== ".."),
      ),
      weight: 2,
    },
  );

const queryFor = (o: Operation): fc.Arbitrary<Record<string, string>> =>
  fc.oneof(
    { arbitrary: fc.constant({}), weight: 2 },
    {
      arbitrary: fc.record(
        Object.fromEntries(
          o.parameters
            .filter((p) => p.in === "query")
            .map((p) => [p.name, fromSchema(p.schema).map((value) => String(value).replace(/[\ud800-\udfff]/g, ""))]),
        ),
        { requiredKeys: [] },
      ) as fc.Arbitrary<Record<string, string>>,
      weight: 2,
    },
  );

const bodyFor = (o: Operation): fc.Arbitrary<string> =>
  o.body
    ? fc.oneof(
        { arbitrary: rightFor(o.body, 0).map((value) => JSON.stringify(value) ?? ""), weight: 8 },
        { arbitrary: odd.map((value) => JSON.stringify(value) ?? ""), weight: 1 },
        { arbitrary: fc.string({ maxLength: 60 }), weight: 1 },
      )
    : fc.constant("");

describe("any input at any route", () => {
  it("gets one of the documented answers and never a 500", async () => {
    for (const o of operations) {
      const names = [...o.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? "");
      const ids = fc.record(Object.fromEntries(names.map((name) => [name, idFor(name)])));
      await fc.assert(
        fc.asyncProperty(ids, queryFor(o), bodyFor(o), async (filled, query, body) => {
          const search = new URLSearchParams(query).toString();
          const path = `${addressOf(o.path, filled)}${search ? `?${search}` : ""}`;
          const answer = await own.client.call(o.method, path, o.method === "GET" ? undefined : body);
          const problem = o.problem(answer.status, answer.body);
          if (problem) throw new Error(`${o.method} ${path} ${body}: ${answer.status} ${answer.text.slice(0, 300)}: ${problem}`);
          expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
        }),
        { numRuns: RUNS },
      );
    }
  });

  it("leaves another partner's objects as they are", async () => {
    const connector = await foreign.client.get(`/account/connectors/${foreign.ids.id}`);
    expect(connector).toMatchObject({
      status: 200,
      body: { Authenticated: true, Properties: [{ Name: "Region", Value: "eu" }] },
    });
    expect((await foreign.client.get(`/accounts/${foreign.account}`)).status).toBe(200);
  });

  it("is refused by the token endpoint in the words of RFC 6749", async () => {
    const form = fc.dictionary(
      fc.constantFrom("grant_type", "client_id", "client_secret", "scope", "x"),
      fc.oneof(fc.string({ unit: "grapheme", maxLength: 30 }), fc.constantFrom("client_credentials", "account:", "account:acme")),
    );
    await fc.assert(
      fc.asyncProperty(
        form,
        fc.option(fc.string({ maxLength: 30 }).filter((t) => /^[\x20-\x7e]*$/.test(t))),
        async (fields, header) => {
          const answer = await RestClient.requestToken(send, fields, header === null ? {} : { authorization: `Basic ${header}` });
          expect([400, 401]).toContain(answer.status);
          expect(answer.body.error).toMatch(/^(invalid_request|invalid_client|unsupported_grant_type|invalid_scope)$/);
        },
      ),
      { numRuns: 60 },
    );
  });
});

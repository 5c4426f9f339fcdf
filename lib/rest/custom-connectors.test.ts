import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { getRequestListener } from "@hono/node-server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { api } from "./app";

let world: TestWorld;
let server: Server;
let run: (...args: string[]) => Promise<{ code: number; out: string }>;
const folder = mkdtempSync(path.join(tmpdir(), "connectors-"));

beforeAll(async () => {
  world = await createTestWorld();
  const listener = getRequestListener(api().fetch);
  server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = await world.apiClient(world.northwind);
  const environment = {
    ...process.env,
    KEYWAY_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    KEYWAY_CLIENT_ID: client.clientId,
    KEYWAY_CLIENT_SECRET: client.clientSecret,
  };
  run = (...args) =>
    new Promise((resolve) => {
      execFile(process.execPath, [".commands/connectors.mjs", ...args], { env: environment }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, out: stdout + stderr }),
      );
    });
});
afterAll(async () => {
  server.close();
  rmSync(folder, { recursive: true });
  await world.close();
});

const definition = {
  slug: "acme",
  name: "Acme",
  baseUrl: "https://api.acme.example",
  authMethods: [{ id: "none", type: "None" }],
  methods: [{ id: "list", name: "List", httpMethod: "GET", endpoint: "/things" }],
};
const file = path.join(folder, "acme.json");

it("keeps connectors as files: import, export without loss, diff", async () => {
  writeFileSync(file, JSON.stringify(definition));
  expect(await run("diff", folder)).toEqual({ code: 1, out: "acme: only here\n" });
  expect(await run("import", folder)).toEqual({ code: 0, out: "acme: made, as a draft\n" });
  expect(await run("export", folder)).toMatchObject({ code: 0, out: expect.stringContaining("1 connector in") });
  const exported = readFileSync(file, "utf8");
  expect(JSON.parse(exported)).toMatchObject(definition);
  expect(await run("diff", folder)).toEqual({ code: 0, out: "No differences.\n" });
  expect((await run("import", folder)).out).toBe("acme: the same\n");

  writeFileSync(file, exported.replace("/things", "/other"));
  expect(await run("diff", folder, "acme")).toEqual({ code: 1, out: "acme: methods.0.endpoint\n" });
  expect((await run("import", folder)).out).toBe("acme: draft replaced\n");
  expect((await run("diff", folder)).code).toBe(0);
  const again = path.join(folder, "again");
  await run("export", again);
  expect(readdirSync(again)).toEqual(["acme.json"]);
  expect(readFileSync(path.join(again, "acme.json"), "utf8")).toBe(exported.replace("/things", "/other"));
}, 60_000);

it("takes what a file leaves out for what the console fills in", async () => {
  const byHand = path.join(folder, "by-hand");
  mkdirSync(byHand);
  const bolt = {
    slug: "bolt",
    name: "Bolt",
    baseUrl: "https://api.bolt.example",
    parameters: [{ name: "region", title: "Region" }],
    authMethods: [
      { id: "sign-in", type: "OAuth2", oauth2: { grant: "ClientCredentials", tokenEndpoint: "https://api.bolt.example/token" } },
      { id: "signed", type: "OAuth1", oauth1: { tokenSource: "none" } },
    ],
    verification: { paths: ["/me"] },
    methods: [
      {
        id: "add",
        name: "Add",
        httpMethod: "POST",
        endpoint: "/things",
        paging: {},
        parameters: [{ name: "q", title: "Q", targetType: "QueryString", targetName: "q" }],
        requestFields: [{ path: "name", title: "Name" }],
      },
    ],
  };
  const written = (value: object) => writeFileSync(path.join(byHand, "bolt.json"), JSON.stringify(value));
  written(bolt);
  expect((await run("import", byHand)).out).toBe("bolt: made, as a draft\n");
  expect((await run("import", byHand)).out).toBe("bolt: the same\n");
  expect((await run("diff", byHand, "bolt")).out).toBe("No differences.\n");
  const [method] = bolt.methods;
  written({ ...bolt, methods: [{ ...method, parameters: [{ ...method!.parameters[0], optional: true }] }] });
  expect((await run("diff", byHand, "bolt")).out).toBe("bolt: methods.0.parameters.0.optional\n");
  written({ ...bolt, status: "Beta" });
  expect((await run("import", byHand)).out).toBe("bolt: draft replaced\n");
  written(bolt);
  expect((await run("diff", byHand, "bolt")).out).toBe("bolt: status\n");
}, 60_000);

it("carries on after a file that is refused, and reads only those that are named", async () => {
  const mixed = path.join(folder, "mixed");
  mkdirSync(mixed);
  writeFileSync(path.join(mixed, "a.json"), JSON.stringify({ slug: "no such slug" }));
  writeFileSync(path.join(mixed, "acme.json"), JSON.stringify(definition));
  const { code, out } = await run("import", mixed);
  expect([code, out]).toEqual([1, expect.stringMatching(/acme: (the same|draft replaced)/)]);
  expect(out).toContain(`${path.join(mixed, "a.json")}: POST /custom-connectors: `);
  for (const text of ["null", "[]", "7", "{}"]) {
    writeFileSync(path.join(mixed, "a.json"), text);
    expect((await run("diff", mixed)).out, text).toBe(
      `${path.join(mixed, "a.json")}: this is no definition of a connector: it has no slug.\n`,
    );
  }
  expect((await run("diff", mixed, "acme")).out).toBe("No differences.\n");
  expect(await run("export", mixed, "gone")).toEqual({ code: 1, out: "The console has no connector gone of your own.\n" });
  expect(await run("export", path.join(mixed, "a.json"))).toMatchObject({
    code: 1,
    out: expect.stringContaining("can't be written"),
  });
  mkdirSync(path.join(mixed, "none"));
  expect(await run("import", path.join(mixed, "none"))).toMatchObject({
    code: 0,
    out: expect.stringContaining("has no connectors"),
  });
}, 60_000);

it("says what is wrong in a sentence", async () => {
  writeFileSync(file, JSON.stringify({ ...definition, baseUrl: 7 }));
  expect(await run("import", folder)).toMatchObject({ code: 1, out: expect.stringContaining("baseUrl") });
  writeFileSync(file, "{");
  expect((await run("diff", folder)).out).toMatch(/acme\.json: /);
  expect((await run("burn")).out).toMatch(/^Choose what to do/);
  expect((await run("diff", path.join(folder, "none"))).out).toMatch(/^There is no folder/);
}, 60_000);

import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { getRequestListener } from "@hono/node-server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestWorld, type TestWorld } from "@/lib/demo/testing";
import { api } from "./app";

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, "../..");
const example = (file: string): string => path.join(root, "docs/examples", file);

let world: TestWorld;
let server: Server;
let env: Record<string, string>;

beforeAll(async () => {
  world = await createTestWorld();
  const listener = getRequestListener(api().fetch);
  server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { clientId, clientSecret } = await world.apiClient(world.northwind);
  env = {
    KEYWAY_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    CLIENT_ID: clientId,
    CLIENT_SECRET: clientSecret,
    API_KEY: "sk_sandbox_acme_4f9a1c2e",
    BASIC: "mia@acme.example:ito",
  };
});
afterAll(async () => {
  server.close();
  await world.close();
});

/** Whether the machine has a language with what the example needs. */
const has = (command: string, args: readonly string[]): Promise<boolean> =>
  run(command, args).then(
    () => true,
    () => false,
  );

const EXAMPLES = [
  { name: "curl", file: "first-calls.sh", command: "sh", probe: ["curl", "--version"] },
  { name: "TypeScript", file: "first-calls.ts", command: path.join(root, "node_modules/.bin/tsx"), probe: ["node", "--version"] },
  { name: "Python", file: "first_calls.py", command: "python3", probe: ["python3", "-c", "import requests"] },
] as const;

it("the examples work against a server, in every language that this machine has", async () => {
  let ran = 0;
  for (const { name, file, command, probe } of EXAMPLES) {
    const [program, ...args] = probe;
    if (!(await has(program, args))) continue;
    const { stdout } = await run(command, [example(file)], { env: { ...process.env, ...env } });
    expect([name, JSON.parse(stdout)]).toEqual([name, expect.objectContaining({ contacts: expect.any(Array) })]);
    ran += 1;
  }
  expect(ran).toBeGreaterThan(0);
});

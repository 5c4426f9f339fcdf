import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Starts the entry and collects what it says. */
function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ["--import", "tsx", fileURLToPath(new URL("./main.ts", import.meta.url))], {
    env: { PATH: process.env.PATH, ...env } as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  stops.push(() => child.kill("SIGKILL"));
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.err += chunk.toString()));
  return { child, said, exited: once(child, "exit") as Promise<[number | null, string | null]> };
}

it("says where it is, answers there, and stops on SIGTERM", async () => {
  const { child, said, exited } = start({ PORT: "0", SANDBOX_CONTROL: "1" });
  await expect.poll(() => said.out, { timeout: 15_000 }).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\n$/);
  const url = said.out.slice("ready ".length).trim();
  expect((await fetch(`${url}/_control/counters`)).status).toBe(200);
  child.kill("SIGTERM");
  expect((await exited)[0]).toBe(0);
  expect(said.err).toBe("");
});

it("says why where it can't start", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  stops.push(() => taken.close());
  const { said, exited } = start({ PORT: String((taken.address() as AddressInfo).port) });
  expect((await exited)[0]).toBe(1);
  expect(said.err).toMatch(/^The sandbox provider did not start: .*EADDRINUSE.*\n$/);
});

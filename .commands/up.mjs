/**
 * `npm run up`: from a bare clone to a console that answers. Installs, makes the data folder and the master key, builds, starts,
 * and says where it is and how to sign in. Every step is skipped where it has been done. `--no-demo` leaves an empty instance.
 */
import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { Sentence, command, ensurePackages, quiet, requireNode, root } from "./process.mjs";

const { env } = process;
const host = env.HOST || "127.0.0.1";
const port = Number(env.PORT || 3000);
const sandboxPort = Number(env.SANDBOX_PORT || 3900);
const dataDir = path.resolve(root, env.KEYWAY_DATA_DIR || "data");
const databaseFile = path.resolve(root, env.KEYWAY_DB || path.join(dataDir, "keyway.db"));
const keyFile = path.resolve(root, env.KEYWAY_MASTER_KEY_FILE || path.join(dataDir, "master.key"));
const demoFile = path.join(dataDir, "demo.json");
const localHost = ["0.0.0.0", "::"].includes(host) ? "127.0.0.1" : host;

/** Rejects with a Sentence where somebody else listens there. */
function checkPort(number, variable) {
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new Sentence(`${variable} must be a number from 0 to 65535.`);
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => {
      if (error.code === "EADDRINUSE")
        reject(
          new Sentence(
            `Port ${number} is taken. Stop what listens there, or choose another: ${variable}=${number + 1} npm run up`,
          ),
        );
      else
        reject(
          new Sentence(
            `Keyway can't listen on ${host}:${number} (${error.code}). Choose another address with HOST and ${variable}.`,
          ),
        );
    });
    probe.listen({ port: number, host }, () => probe.close(resolve));
  });
}

/** Step by step: Node's own recursive mkdir never returns where a parent takes no folders, as in /proc. */
function makeFolder(folder) {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

function prepareData() {
  try {
    if (!existsSync(dataDir)) {
      makeFolder(dataDir);
      console.log(`Made the data folder ${dataDir}.`);
    }
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch {
    throw new Sentence(
      `The data folder ${dataDir} can't be written to. Give this user the right to, or name another folder with KEYWAY_DATA_DIR.`,
    );
  }
  if (env.KEYWAY_MASTER_KEY || existsSync(keyFile)) return;
  if (existsSync(databaseFile)) {
    throw new Sentence(
      `There is a database in ${databaseFile} but no master key in ${keyFile}. Put the key back, or name it with KEYWAY_MASTER_KEY or ` +
        "KEYWAY_MASTER_KEY_FILE. A new key could not open what is stored.",
    );
  }
  writeFileSync(keyFile, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flag: "wx" });
  chmodSync(keyFile, 0o600);
  console.log(`Made a master key in ${keyFile}. Keep a copy of it elsewhere: without it no stored secret can be opened.`);
}

/** Whether to run the demonstration: kept once made, offered where there is nothing yet. */
async function wantsDemo(refused) {
  if (refused) return false;
  if (existsSync(databaseFile)) return existsSync(demoFile);
  if (!process.stdin.isTTY || !process.stdout.isTTY) return true;
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(
    "The data folder is empty. Fill it with a demonstration (a partner, two accounts, a provider)? [Y/n] ",
  );
  prompt.close();
  return !/^n/i.test(answer.trim());
}

async function untilReady(server) {
  const url = `http://${localHost.includes(":") ? `[${localHost}]` : localHost}:${port}/v1.0/health`;
  while (server.exitCode === null && server.signalCode === null) {
    try {
      if ((await fetch(url, { signal: AbortSignal.timeout(2000) })).ok) return true;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

function welcome(demo) {
  const url = env.KEYWAY_URL || `http://${localHost}:${port}`;
  console.log(`\nKeyway is at ${url}`);
  if (!demo || !existsSync(demoFile)) return;
  const { people, sandbox } = JSON.parse(readFileSync(demoFile, "utf8"));
  const width = (key) => Math.max(...people.map((person) => person[key].length));
  console.log("Sign in as one of:");
  for (const person of people)
    console.log(
      `  ${person.role.padEnd(width("role"))}  ${person.email.padEnd(width("email"))}  ${person.password}${person.account ? `  (${person.account})` : ""}`,
    );
  if (sandbox?.url) console.log(`The sandbox provider is at ${sandbox.url}`);
  console.log(`All of this is in ${demoFile}.`);
}

await command(async () => {
  requireNode();
  const { values } = parseArgs({ options: { "no-demo": { type: "boolean", default: false } } });
  await checkPort(port, "PORT");
  prepareData();
  const demo = await wantsDemo(values["no-demo"]);
  if (demo) await checkPort(sandboxPort, "SANDBOX_PORT");
  await ensurePackages();
  const { build } = await import("./build.mjs");
  await build();

  const server = spawn(process.execPath, ["--enable-source-maps", path.join(root, "dist", "server.mjs")], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      KEYWAY_ALLOW_GENERATED_KEY: "1",
      ...(demo
        ? { KEYWAY_EGRESS_ALLOW: `127.0.0.1:${sandboxPort},localhost:${sandboxPort}`, SANDBOX_PORT: String(sandboxPort) }
        : {}),
      ...env,
      ...quiet,
      NODE_ENV: "production",
      KEYWAY_DATA_DIR: dataDir,
      KEYWAY_DEMO: demo ? "1" : "0",
    },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => server.kill(signal));
  const ended = new Promise((resolve) => server.on("close", (code, signal) => resolve(signal ? 0 : code)));
  if (await untilReady(server)) welcome(demo);
  process.exitCode = await ended;
});

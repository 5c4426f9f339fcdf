/** Child processes and the two things a bare clone may lack: packages and a browser. Node's own modules only. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "..");
export const bin = (name) => path.join(root, "node_modules", ".bin", name);
/** What every command runs with; Next reports to its maker otherwise. */
export const quiet = { NEXT_TELEMETRY_DISABLED: "1" };

/** Where the messages of steps go: to the standard error, for a command whose standard output is its result. */
export const messages = {
  stdout: "inherit",
  say: (text) => (messages.stdout === "inherit" ? console.log(text) : console.error(text)),
  toStderr: () => (messages.stdout = 2),
};

/** A problem whose message is all that the person at the keyboard has to read. */
export class Sentence extends Error {}

/** Runs main; a Sentence ends the process with its text and code 1, without a stack. */
export async function command(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Sentence)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** Ends the process with a sentence where Node is too old to run what follows. */
export function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Sentence(
    `Keyway needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer one and run the command again.`,
  );
}

/**
 * Runs a program to its end. With `capture` its output is collected, else it goes to the terminal.
 * Out: `{code, output, stop}` as a promise with `stop()` on it, which ends the program and its children.
 */
export function run(program, args, { env = {}, capture = false } = {}) {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...quiet, ...env },
    stdio: capture ? ["ignore", "pipe", "pipe"] : ["ignore", messages.stdout, "inherit"],
    detached: capture,
  });
  let output = "";
  child.stdout?.on("data", (chunk) => (output += chunk));
  child.stderr?.on("data", (chunk) => (output += chunk));
  const done = new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on("close", (code, signal) => resolve({ code: code ?? 1, output: signal ? `${output}Ended by ${signal}.\n` : output }));
  });
  done.stop = () => {
    try {
      process.kill(-child.pid, "SIGTERM");
    } catch {
      child.kill("SIGTERM");
    }
  };
  return done;
}

const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/** Whether node_modules holds what the lockfile names: npm keeps a copy of what it installed. */
export function packagesAreCurrent() {
  const installed = path.join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const wanted = readJson(path.join(root, "package-lock.json")).packages;
  const present = readJson(installed).packages;
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === "") return true;
    if (!present[name]) return entry.optional === true || entry.devOptional === true;
    return present[name].version === entry.version && existsSync(path.join(root, name, "package.json"));
  });
}

/** Where Node's own headers lie beside it: then what is compiled at the install needs no download of them. */
function headersHere() {
  const prefix = path.dirname(path.dirname(process.execPath));
  return existsSync(path.join(prefix, "include", "node", "node.h")) ? { npm_config_nodedir: prefix } : {};
}

/** Installs by the lockfile where that is needed. Throws a Sentence where npm fails. */
export async function ensurePackages() {
  if (packagesAreCurrent()) return false;
  messages.say("Installing packages ...");
  const { code } = await run("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
    env: { ...headersHere(), ...process.env },
  });
  if (code !== 0)
    throw new Sentence(
      "The packages could not be installed. Check the network and the messages above, then run the command again.",
    );
  return true;
}

function onPath(name) {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const file = path.join(folder, name);
    if (folder && existsSync(file)) return file;
  }
  return null;
}

const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Path of a Chromium that is there, or null. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!existsSync(named)) throw new Sentence(`CHROMIUM_PATH names ${named}, which is not there.`);
    return named;
  }
  return BROWSERS.map(onPath).find(Boolean) ?? null;
}

/** Finds a Chromium or installs one. Out: its path, or null where Playwright brought its own. */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  messages.say("Installing Chromium ...");
  if (process.getuid?.() === 0 && onPath("apt-get")) {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, ...env } });
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { env, capture: true });
    const installed = findChromium();
    if (installed) return installed;
  }
  const { code } = await run(bin("playwright"), ["install", "chromium"]);
  if (code !== 0)
    throw new Sentence("There is no Chromium and none could be installed. Install one and set CHROMIUM_PATH to it.");
  return null;
}

export const seconds = (since) => ((performance.now() - since) / 1000).toFixed(1);

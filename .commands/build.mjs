/** Builds the pages (Next) and the server (esbuild) into .next/ and dist/; does nothing where no source has changed. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Sentence, bin, command, messages, quiet, root, run, seconds } from "./process.mjs";

const SOURCES = [
  "app",
  "components",
  "lib",
  "db",
  "e2e/providers",
  ".commands/build.mjs",
  "server.ts",
  "next.config.js",
  "postcss.config.mjs",
  "package-lock.json",
  "tsconfig.json",
];
const MARK = path.join(root, "dist", ".build-hash");

function filesUnder(name) {
  const file = path.join(root, name);
  if (!existsSync(file)) return [];
  if (!statSync(file).isDirectory()) return /\.test\.tsx?$/.test(name) ? [] : [name];
  return readdirSync(file)
    .sort()
    .flatMap((entry) => filesUnder(`${name}/${entry}`));
}

/** SHA-256 over the paths and contents of everything that goes into a build, and the Node that runs it. */
function sourceHash() {
  const hash = createHash("sha256").update(process.version);
  for (const name of SOURCES.flatMap(filesUnder)) hash.update(`\0${name}\0`).update(readFileSync(path.join(root, name)));
  return hash.digest("hex");
}

const isCurrent = (hash) =>
  ["dist/server.mjs", ".next/BUILD_ID"].every((name) => existsSync(path.join(root, name))) &&
  existsSync(MARK) &&
  readFileSync(MARK, "utf8") === hash;

/** Settings for esbuild: packages stay outside, `server-only` (which throws outside Next's bundler) becomes an empty module. */
export function serverBundle(outdir) {
  const entries = {
    server: "server.ts",
    "script-worker": "lib/scripts/worker.ts",
    "checkpoint-worker": "db/checkpoint-worker.ts",
    "openapi-worker": "lib/custom-connectors/openapi-worker.ts",
    "make-administrator": ".commands/make-administrator.ts",
    "rotate-key": ".commands/rotate-key.ts",
    backup: ".commands/backup.ts",
  };
  return {
    absWorkingDir: root,
    entryPoints: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(path.join(root, file)))),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    alias: { "server-only": path.join(root, ".commands", "server-only.mjs") },
    sourcemap: true,
    logLevel: "warning",
  };
}

/** Builds where something changed, or always with `force`. Out: whether it built. Throws a Sentence where a step fails. */
export async function build({ force = false } = {}) {
  const hash = sourceHash();
  if (!force && isCurrent(hash)) return false;
  const since = performance.now();
  rmSync(MARK, { force: true });
  const esbuild = await import("esbuild");
  // First: Next follows the worker files that its pages start, and has to find them.
  await esbuild.build(serverBundle("dist")).catch(() => {
    throw new Sentence("The server could not be built: see above.");
  });
  const { code } = await run(bin("next"), ["build"], { env: { ...quiet, NODE_ENV: "production" } });
  if (code !== 0) throw new Sentence("The pages could not be built: see above.");
  mkdirSync(path.dirname(MARK), { recursive: true });
  writeFileSync(MARK, hash);
  messages.say(`Built in ${seconds(since)} s.`);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await command(async () => {
    if (!(await build({ force: process.argv.includes("--force") }))) console.log("The build is up to date.");
  });
}

/**
 * package-lock.json names the packages of every platform, so that `npm ci` works on each. A registry that doesn't hold the ones for
 * other platforms makes npm leave them out, and `npm ci` then refuses the file: `node .commands/lockfile.mjs --complete` puts them back.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const SYSTEMS = ["android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "aix", "win32"];
const PROCESSORS = ["arm64", "arm", "x64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32"];

/** Whether node finds `name` from the package at `from`: beside it, or beside any package around it. */
function isNamed(packages, from, name) {
  const around = from.split(/(?:^|\/)node_modules\//).slice(1);
  return around
    .map((_, depth) =>
      around
        .slice(0, depth + 1)
        .map((each) => `node_modules/${each}/`)
        .join(""),
    )
    .concat("")
    .some((base) => packages[`${base}node_modules/${name}`]);
}

/** Dependencies that the lockfile wants and doesn't name: `[{from, name, range, optional}]`. */
export function lockfileGaps({ packages }) {
  return Object.entries(packages).flatMap(([from, entry]) => {
    const gaps = (names, optional) =>
      Object.entries(names ?? {})
        .filter(([name]) => !isNamed(packages, from, name))
        .map(([name, range]) => ({ from, name, range, optional }));
    const optional = Object.keys(entry.optionalDependencies ?? {});
    const needed = Object.fromEntries(Object.entries(entry.dependencies ?? {}).filter(([name]) => !optional.includes(name)));
    return [...gaps(entry.optionalDependencies, true), ...gaps(needed, false)];
  });
}

/** What a package for one platform says of itself, read from its name: `@esbuild/win32-x64`. */
function platform(name) {
  const parts = name.split(/[-/]/);
  const os = SYSTEMS.filter((each) => parts.includes(each));
  const cpu = PROCESSORS.filter((each) => parts.includes(each));
  return { ...(cpu.length > 0 ? { cpu } : {}), ...(os.length > 0 ? { os } : {}) };
}

/** Adds the optional packages that are missing at their exact versions. Out: their names. */
function complete(lock) {
  const added = [];
  for (const { name, range, optional } of lockfileGaps(lock)) {
    const version = /^\D?(\d+\.\d+\.\d+[\w.+-]*)$/.exec(range)?.[1];
    if (!optional || !version) throw new Error(`${name}@${range} is missing and its version can't be told.`);
    lock.packages[`node_modules/${name}`] = { version, ...platform(name), optional: true };
    added.push(name);
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")));
  return added;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = path.resolve(import.meta.dirname, "..", "package-lock.json");
  const lock = JSON.parse(readFileSync(file, "utf8"));
  if (process.argv.includes("--complete")) {
    const added = complete(lock);
    if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
    console.log(`Added ${added.length} packages of other platforms.`);
  } else {
    const gaps = lockfileGaps(lock);
    for (const { from, name, range } of gaps)
      console.log(`package-lock.json: ${name}@${range} of ${from || "the project"} is missing`);
    if (gaps.length > 0) process.exit(1);
  }
}

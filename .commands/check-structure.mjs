/**
 * The closed file vocabulary, and no circles: which files a room may hold, what stands at the top level, and that no module
 * comes back to itself. `findProblems(files, read)` is pure, so the probe can show that each rule bites.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import ts from "typescript";
import { ACYCLIC_ROOMS, COMPONENT_ROOMS, FILE_KINDS, LIB_ROOMS } from "./boundaries.mjs";

const TOP_FOLDERS = ["app", "components", "lib", "db", "e2e", "bench", "docs"];
const TOP_FILES = [
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "next.config.js",
  "README.md",
  "server.ts",
  "eslint.config.mjs",
  "knip.json",
  "postcss.config.mjs",
  "playwright.config.ts",
  "vitest.config.ts",
];
const DROSS = /^(index|utils?|helpers?|common|misc|shared|stuff|lib|functions)$/;
const LOWER_HYPHEN = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** A capability may not smuggle in a kind the room's closed list doesn't have. */
const KIND_IN_DISGUISE = /^(service|services|manager|repository|queries|controller|model|api|types?-\w+|schemas)$/;

const stem = (name) => name.replace(/(\.test)?\.[cm]?[jt]sx?$/, "");
const isSource = (file) => /\.[cm]?tsx?$/.test(file);

/** In: all paths of the project and a reader. Out: `[{file, problem}]`. */
export function findProblems(files, read) {
  const problems = [];
  const report = (file, problem) => problems.push({ file, problem });
  for (const file of files) {
    const parts = file.split("/");
    const [top, roomName] = parts;
    if (parts.length === 1 && !top.startsWith(".") && !TOP_FILES.includes(top)) report(file, "does not belong at the top level");
    if (parts.length > 1 && !top.startsWith(".") && !TOP_FOLDERS.includes(top))
      report(file, `no such folder at the top level: ${top}/`);
    if (!isSource(file) || top.startsWith(".")) continue;
    const name = stem(parts.at(-1));
    if (DROSS.test(name)) report(file, `${name} says nothing: name the file by what it does`);
    for (const folder of parts.slice(1, -1))
      if (DROSS.test(folder)) report(file, `${folder}/ says nothing: name the folder by what it holds`);
    if (top === "lib") checkRoom(file, parts, name, read, report);
    if (top === "components") {
      if (parts.length < 3) report(file, "stands outside the folders of components/");
      else if (!COMPONENT_ROOMS.includes(roomName)) report(file, `components/ has no folder ${roomName}/`);
      if (!LOWER_HYPHEN.test(name)) report(file, "file names are lower case with hyphens");
    }
  }
  problems.push(...findCircles(files.filter(isSource), read));
  return problems;
}

function checkRoom(file, parts, name, read, report) {
  const roomName = parts[1];
  if (parts.length < 3) return report(file, "stands outside the rooms of lib/");
  if (!LIB_ROOMS.includes(roomName)) return report(file, `lib/ has no room ${roomName}/`);
  if (parts.length > 3) report(file, "a room has no folders with code in them");
  const test = /\.test\.tsx?$/.test(file);
  if (!LOWER_HYPHEN.test(name)) report(file, "file names are lower case with hyphens");
  if (KIND_IN_DISGUISE.test(name))
    report(file, `${name} is not a kind of file a room has; a capability is named by what it does`);
  if (test) return;
  const text = read(file);
  const directive = /^\s*(?:\/\*[\s\S]*?\*\/\s*|\/\/[^\n]*\n\s*)*["']use server["']/.test(text);
  if (name === "actions" && !directive) report(file, 'actions.ts begins with "use server"');
  if (name !== "actions" && /^\s*["']use server["']/m.test(text)) report(file, "server actions stand in actions.ts only");
}

/** Import specifiers of a module that leave something at run time, or all of them. */
function importsOf(text, withTypes) {
  const source = ts.createSourceFile("x.tsx", text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TSX);
  const found = [];
  for (const node of source.statements) {
    if (!(ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) || !node.moduleSpecifier) continue;
    const typeOnly = ts.isImportDeclaration(node)
      ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      : node.isTypeOnly;
    if (withTypes || !typeOnly) found.push(node.moduleSpecifier.text);
  }
  return found;
}

function resolver(files) {
  const known = new Set(files);
  return (from, specifier) => {
    const base = specifier.startsWith("@/")
      ? specifier.slice(2)
      : specifier.startsWith(".")
        ? path.posix.join(path.posix.dirname(from), specifier)
        : null;
    if (base === null) return null;
    return [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`].find((each) => known.has(each)) ?? null;
  };
}

/** Circles of modules at run time, and pairs of rooms that import each other, types included. */
function findCircles(files, read) {
  const problems = [];
  const resolve = resolver(files);
  const texts = new Map(files.map((file) => [file, read(file)]));
  const edges = new Map(
    files.map((file) => [
      file,
      importsOf(texts.get(file), false)
        .map((each) => resolve(file, each))
        .filter(Boolean),
    ]),
  );

  const state = new Map();
  const trail = [];
  const visit = (file) => {
    state.set(file, "open");
    trail.push(file);
    for (const next of edges.get(file) ?? []) {
      if (state.get(next) === "open")
        problems.push({ file, problem: `circle: ${[...trail.slice(trail.indexOf(next)), next].join(" -> ")}` });
      else if (!state.has(next)) visit(next);
    }
    trail.pop();
    state.set(file, "done");
  };
  for (const file of files) if (!state.has(file)) visit(file);

  const roomOf = (file) => (file?.startsWith("lib/") && !/\.test\.tsx?$/.test(file) ? file.split("/")[1] : null);
  const between = new Map();
  for (const file of files) {
    const from = roomOf(file);
    if (!ACYCLIC_ROOMS.includes(from)) continue;
    for (const specifier of importsOf(texts.get(file), true)) {
      const to = roomOf(resolve(file, specifier));
      if (to !== from && ACYCLIC_ROOMS.includes(to) && !between.has(`${from} ${to}`)) between.set(`${from} ${to}`, file);
    }
  }
  const reach = (from, to, seen = new Set()) =>
    [...between.keys()].some((edge) => {
      const [a, b] = edge.split(" ");
      if (a !== from || seen.has(b)) return false;
      seen.add(b);
      return b === to || reach(b, to, seen);
    });
  for (const [edge, file] of between) {
    const [from, to] = edge.split(" ");
    if (reach(to, from))
      problems.push({ file, problem: `rooms in a circle: ${from} imports ${to}, and ${to} leads back to ${from}` });
  }
  return problems;
}

/** All files of the working tree that are or would be committed. */
function listFiles(root) {
  const out = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return out.split("\n").filter((file) => file && existsSync(path.join(root, file)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.resolve(import.meta.dirname, "..");
  const problems = findProblems(listFiles(root), (file) => readFileSync(path.join(root, file), "utf8"));
  for (const { file, problem } of problems) console.log(`${file}: ${problem}`);
  if (problems.length > 0) {
    console.log(`\n${problems.length} in the wrong place.`);
    process.exit(1);
  }
}

/**
 * `npm test`: everything that must hold, from a bare clone. `npm test -- unit e2e` runs only those; `--all` goes on after a failure;
 * what follows a second `--` goes to the one suite that was named. The last line is `N passed, N failed`.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { bin, command, ensureChromium, ensurePackages, quiet, requireNode, root, run, seconds, Sentence } from "./process.mjs";

const REPORTS = path.join(root, ".cache", "test");
const script = (name) => path.join(root, ".commands", `${name}.mjs`);
const node = process.execPath;
const one = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 });

/** Counts of a suite's JSON report; a suite that ended badly without a failed test in it counts as one failure. */
function counted(file, read, code) {
  const report = path.join(REPORTS, file);
  const counts = existsSync(report) ? read(JSON.parse(readFileSync(report, "utf8"))) : { passed: 0, failed: 0 };
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  if (code === 0 && counts.passed === 0) counts.failed = 1;
  return counts;
}
const vitestCounts = (report) => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests + (report.numPendingTests ?? 0),
});
const playwrightCounts = ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped });
const probeCounts = (output, code) => {
  const match = /probe: (\d+) passed, (\d+) failed/.exec(output);
  return match ? { passed: Number(match[1]), failed: Number(match[2]) } : one(code);
};

const json = (file) => path.join(REPORTS, file);
/** In the order of two lanes that run side by side; `after` names what must have ended before. */
const STAGES = {
  structure: {
    lane: 0,
    steps: [
      [node, [script("check-structure")]],
      [node, [script("lockfile")]],
    ],
  },
  types: {
    lane: 1,
    steps: [
      [bin("next"), ["typegen"]],
      [bin("tsc"), ["--noEmit", "-p", "."]],
    ],
  },
  lint: { lane: 0, steps: [[bin("eslint"), [".", "--max-warnings=0"]]] },
  probe: { lane: 0, steps: [[node, [script("probe-boundaries")]]], count: ({ output, code }) => probeCounts(output, code) },
  build: { lane: 1, steps: [[node, [script("build")]]] },
  knip: { lane: 0, steps: [[bin("knip"), []]] },
  format: { lane: 0, steps: [[bin("prettier"), ["--check", "--log-level=warn", "."]]] },
  unit: {
    lane: 0,
    steps: [[bin("vitest"), ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${json("unit.json")}`]]],
    count: ({ code }) => counted("unit.json", vitestCounts, code),
  },
  e2e: {
    lane: 1,
    after: ["build", "unit"],
    needs: ["build"],
    steps: [[bin("playwright"), ["test"]]],
    count: ({ code }) => counted("e2e.json", playwrightCounts, code),
  },
};
const ALIASES = { boundaries: ["structure", "lint", "probe"] };

function chosenStages(names) {
  if (names.length === 0) return Object.keys(STAGES);
  const wanted = names.flatMap((name) => ALIASES[name] ?? [name]);
  const unknown = wanted.find((name) => !STAGES[name]);
  if (unknown)
    throw new Sentence(
      `There is no suite ${unknown}. Choose from: ${[...Object.keys(STAGES), ...Object.keys(ALIASES)].join(", ")}.`,
    );
  const all = new Set(wanted.flatMap((name) => [...(STAGES[name].needs ?? []), name]));
  return Object.keys(STAGES).filter((name) => all.has(name));
}

/** Runs the stages in their lanes. Out: `[{name, seconds, passed, failed, state}]`. */
async function runStages(names, { goOn, extra, env }) {
  const results = new Map();
  const running = new Set();
  let stopped = false;
  // They are groups of their own, so what ends this process doesn't reach them.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.once(signal, () => {
      for (const child of running) child.stop();
      process.exit(130);
    });

  async function runStage(name) {
    const stage = STAGES[name];
    const since = performance.now();
    let output = "";
    let code = 0;
    for (const [program, args] of stage.steps) {
      const child = run(program, [...args, ...extra], { capture: true, env });
      running.add(child);
      const ended = await child;
      running.delete(child);
      output += ended.output;
      code = ended.code;
      if (code !== 0) break;
    }
    const cut = stopped && code !== 0;
    const counts = cut ? { passed: 0, failed: 0 } : stage.count ? stage.count({ output, code }) : one(code);
    const result = { name, seconds: seconds(since), ...counts, state: cut ? "stopped" : counts.failed > 0 ? "FAILED" : "ok" };
    if (!cut) {
      console.log(`\n── ${name}: ${result.state}, ${result.seconds} s`);
      if (counts.failed > 0 || names.length <= 2) console.log(output.trimEnd());
      else console.log(output.trimEnd().split("\n").slice(-3).join("\n"));
    }
    if (counts.failed > 0 && !goOn && !stopped) {
      stopped = true;
      for (const child of running) child.stop();
    }
    return result;
  }

  async function runLane(lane) {
    for (const name of names.filter((each) => STAGES[each].lane === lane)) {
      const stage = STAGES[name];
      for (const earlier of stage.after ?? []) if (names.includes(earlier)) await ended.get(earlier).promise;
      const blocked = (stage.needs ?? []).some((need) => results.get(need)?.failed > 0);
      const skip = stopped || blocked;
      results.set(name, skip ? { name, seconds: "-", passed: 0, failed: 0, state: "not run" } : await runStage(name));
      ended.get(name).resolve();
    }
  }

  const ended = new Map(
    names.map((name) => {
      let resolve;
      const promise = new Promise((done) => (resolve = done));
      return [name, { promise, resolve }];
    }),
  );
  await Promise.all([runLane(0), runLane(1)]);
  return names.map((name) => results.get(name));
}

function printSummary(results, since) {
  console.log(`\n${"suite".padEnd(12)}${"seconds".padStart(8)}${"passed".padStart(8)}${"failed".padStart(8)}`);
  for (const each of results)
    console.log(
      `${each.name.padEnd(12)}${each.seconds.padStart(8)}${String(each.passed).padStart(8)}${String(each.failed).padStart(8)}  ${each.state}`,
    );
  console.log(`${"all".padEnd(12)}${seconds(since).padStart(8)}\n`);
}

function splitArguments() {
  const all = process.argv.slice(2);
  const cut = all.indexOf("--");
  return cut < 0 ? [all, []] : [all.slice(0, cut), all.slice(cut + 1)];
}

await command(async () => {
  const since = performance.now();
  let results = [];
  try {
    requireNode();
    const [own, extra] = splitArguments();
    const { values, positionals } = parseArgs({
      args: own,
      allowPositionals: true,
      options: { all: { type: "boolean", default: false } },
    });
    const names = chosenStages(positionals);
    if (extra.length > 0 && positionals.length !== 1)
      throw new Sentence("Name one suite to hand arguments to: npm test -- unit -- lib/vault");
    await ensurePackages();
    const chromium = names.includes("e2e") ? await ensureChromium() : null;
    rmSync(REPORTS, { recursive: true, force: true });
    mkdirSync(REPORTS, { recursive: true });
    results = await runStages(names, {
      goOn: values.all,
      extra,
      env: { ...quiet, ...(chromium ? { CHROMIUM_PATH: chromium } : {}) },
    });
    printSummary(results, since);
  } catch (error) {
    if (!(error instanceof Sentence)) throw error;
    console.log(error.message);
    results.push({ passed: 0, failed: 1 });
  }
  const sum = (key) => results.reduce((total, each) => total + each[key], 0);
  if (sum("failed") > 0) process.exitCode = 1;
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
});

import { createContext, type Bench, type Row } from "./harness";
import api from "./api.bench";
import library from "./library.bench";
import scripts from "./scripts.bench";
import runs from "./runs.bench";
import signIn from "./sign-in.bench";

/** `npm run bench -- NAME [--json]`: runs one measurement, prints a row per figure, ends with 1 where a bar is missed. */
const BENCHES: readonly Bench[] = [signIn, library, scripts, api, runs];

const rounded = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    `${rounded(row.value)} ${row.unit}`,
    row.ratio === undefined ? "" : row.ratio < 0.01 ? row.ratio.toPrecision(2) : row.ratio.toFixed(2),
    row.bar === undefined ? "" : String(row.bar),
    row.bar === undefined ? "" : row.pass ? "reached" : "MISSED",
  ]);
  const all = [["figure", "value", "ratio", "bar", ""], ...cells];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
  return all
    .map((line) =>
      line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join("  "),
    )
    .join("\n");
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const json = args.includes("--json");
  const name = args.find((each) => !each.startsWith("-"));
  const bench = BENCHES.find((each) => each.name === name);
  if (!bench) {
    const choice = BENCHES.map((each) => each.name).join(" | ");
    process.stderr.write(`${name ? `There is no measurement ${name}. ` : ""}Choose one: npm run bench -- ${choice}\n`);
    process.exitCode = 1;
    return;
  }
  const context = createContext();
  try {
    const rows = await bench.run(context);
    process.stdout.write(json ? `${JSON.stringify({ name, rows }, null, 2)}\n` : `${table(rows)}\n`);
    if (rows.some((row) => !row.pass)) process.exitCode = 1;
  } finally {
    await context.stopAll();
  }
}

await main();

import { killInTheMiddle, stampede } from "./torture";

/** `npm run torture`: the long form of S-27 and S-28, bounded to ten minutes, with the counts printed. */
setTimeout(() => {
  console.error("Ten minutes are over.");
  process.exit(1);
}, 600_000).unref();

let failed = 0;
const check = (what: string, holds: boolean, counts: unknown) => {
  if (!holds) failed += 1;
  console.log(`${holds ? "ok  " : "FAIL"} ${what}  ${JSON.stringify(counts)}`);
};

const counts = await stampede(4, 50, 200);
check(
  "4 processes x 50 callers x 200 generations: one exchange each",
  counts.exchanges === 200 && counts.failures.length === 0 && counts.split === 0,
  counts,
);
for (const rotates of [false, true]) {
  for (const when of ["before", "after"] as const) {
    const left = await killInTheMiddle(2, when, rotates);
    const fine =
      left.integrity === "ok" &&
      left.openJournal === 0 &&
      left.exchanges <= left.kills + 1 &&
      ["Connected", "NeedsReconnect"].includes(left.state ?? "");
    check(
      `killed ${when} the provider's work, refresh tokens ${rotates ? "rotate" : "stay"}`,
      fine && (rotates || left.state === "Connected"),
      left,
    );
  }
}
process.exit(failed === 0 ? 0 : 1);

import { killRuns } from "./run-kills";
import { killInTheMiddle, stampede } from "./torture";

/** `npm run torture`: the long form of S-27 and S-28 and of runs that are killed, bounded to half an hour, with the counts printed. */
setTimeout(() => {
  console.error("Half an hour is over.");
  process.exit(1);
}, 1_800_000).unref();

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
const runs = await killRuns(Number(process.env.TORTURE_KILLS ?? 200), 6);
check(
  `${runs.kills} x kill -9 in the middle of runs: nothing lost, nothing repeated after a recorded success`,
  runs.completed === runs.passes &&
    runs.repeated === 0 &&
    runs.keysChanged === 0 &&
    runs.integrity === "ok" &&
    // Where none fell into a call, nothing was shown.
    runs.inCall >= runs.kills / 4 &&
    runs.again > 0,
  runs,
);
process.exit(failed === 0 ? 0 : 1);

import { expect, it } from "vitest";
import { killRuns } from "./run-kills";

it(
  "kill -9 in the middle of runs loses nothing and repeats no step whose success is recorded",
  { timeout: 180_000 },
  async () => {
    expect(await killRuns(4, 6)).toMatchObject({ passes: 24, completed: 24, repeated: 0, keysChanged: 0, integrity: "ok" });
  },
);

import { describe, expect, it } from "vitest";
import { keepable, readProgress, writeProgress } from "./wizard-progress";

const progress = { name: "Slack 2", description: "", authMethodId: "oauth", values: { region: "eu" } };
const NOW = 1_800_000_000_000;

describe("progress of the wizard", () => {
  it("comes back within a day", () => {
    const stored = writeProgress(progress, NOW);
    expect(readProgress(stored, NOW + 23 * 3_600_000)).toEqual(progress);
    expect(readProgress(stored, NOW + 25 * 3_600_000)).toBeNull();
  });

  it.each([null, "", "{", "[]", '{"at":1}', '{"at":"x","name":"a"}', "null"])("ignores %j", (stored) => {
    expect(readProgress(stored, NOW)).toBeNull();
  });

  it("keeps no secret", () => {
    const specs = [
      { name: "region", label: "Region", kind: "text", required: true },
      { name: "key", label: "Key", kind: "secret", required: true },
      { name: "on", label: "On", kind: "boolean", required: false },
    ] as const;
    const values = { region: "eu", key: { set: "s3cret" }, on: true, other: "x" };
    expect(keepable(specs, (n) => n, values)).toEqual({ region: "eu", on: true });
  });
});

/** Number of a release: a major one counts up before the point, a minor one after it. In: the live number, null for the first. */
export function nextNumber(live: string | null, kind: "major" | "minor"): string {
  if (live === null) return "1.0";
  const [major = 0, minor = 0] = live.split(".").map(Number);
  return kind === "major" ? `${major + 1}.0` : `${major}.${minor + 1}`;
}

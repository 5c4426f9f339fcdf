import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { CONNECTION_STATES, mayBeTested, needsSignIn, STATE_WORDS } from "@/lib/installs/constants";
import { TRANSACTION_WORDS } from "../cycles/transaction-words";

const root = path.resolve(import.meta.dirname, "../..");
const sources = ["app", "components"].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .map((file) => path.join(folder, file)),
);

/** Files in which a word stands as a text of its own, outside a comment. */
const placesOf = (word: string): string[] =>
  sources.filter((file) => new RegExp(`["'>]\\s*${word}\\s*["'<]`).test(readFileSync(path.join(root, file), "utf8")));

it("the words of a connection's states stand in one place, and pages take them from there", () => {
  expect(sources.length).toBeGreaterThan(200);
  const elsewhere = CONNECTION_STATES.filter((state) => STATE_WORDS[state].label !== state).flatMap((state) =>
    placesOf(STATE_WORDS[state].label),
  );
  expect(elsewhere).toEqual([]);
  // A name that is its own word may be compared with, and be shown of other things, such as a partner.
  const shown = ["Expiring", "Connected"].flatMap((word) =>
    sources.filter((file) => new RegExp(`>\\s*${word}\\s*<`).test(readFileSync(path.join(root, file), "utf8"))),
  );
  expect(shown).toEqual([]);
});

it("so do those of runs that differ from their names", () => {
  expect(placesOf(TRANSACTION_WORDS.InProgress.label)).toEqual(["components/cycles/transaction-words.ts"]);
});

it("who needs a sign-in and who can be tested is said once", () => {
  expect(CONNECTION_STATES.filter(needsSignIn)).toEqual(["Expiring", "NeedsReconnect", "NotAuthenticated"]);
  expect(CONNECTION_STATES.filter((state) => !mayBeTested(state))).toEqual(["NotAuthenticated", "Disabled"]);
});

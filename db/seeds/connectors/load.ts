import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
import { utilityConnectors } from "./utility";

const FOLDER = ["db", "seeds", "connectors"];

/** Where a definition stands, for messages: the file, with the line where it has several. */
interface Source {
  readonly from: string;
  readonly text: string;
}

function sources(rootDir: string): Source[] {
  const folder = join(rootDir, ...FOLDER);
  const files = readdirSync(join(folder, "library"))
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => ({ from: `library/${file}`, text: readFileSync(join(folder, "library", file), "utf8") }));
  const lines = readFileSync(join(folder, "catalogue.jsonl"), "utf8")
    .split("\n")
    .map((text, index) => ({ from: `catalogue.jsonl:${index + 1}`, text }))
    .filter((line) => line.text.trim() !== "");
  return [...files, ...lines];
}

type Parse = (input: unknown) => ConnectorDefinition;

function parsed(parse: Parse, from: string, read: () => unknown): ConnectorDefinition {
  try {
    return parse(read());
  } catch (error) {
    throw new Error(`${from}: ${error instanceof Error ? error.message : "not a definition"}`, { cause: error });
  }
}

/**
 * The connectors that Keyway comes with: `library/*.json`, `catalogue.jsonl` and the utility connectors, ordered by slug.
 * The sandbox provider's are not among them (`sandboxConnectors`).
 *
 * @param parse checks one definition and fills in its defaults (`connectorDefinitionSchema.parse`); throws where it is wrong.
 * @param rootDir folder of the project; the data files are read from `db/seeds/connectors` below it.
 * @throws Error that names the file, and its line, where a definition doesn't hold to its shape or a slug comes twice.
 */
export function loadLibrary(parse: Parse, rootDir: string = process.cwd()): ConnectorDefinition[] {
  const definitions = [
    ...sources(rootDir).map(({ from, text }) => parsed(parse, from, () => JSON.parse(text) as unknown)),
    ...utilityConnectors().map((definition) => parsed(parse, "utility.ts", () => definition)),
  ];
  const seen = new Set<string>();
  for (const { slug } of definitions) {
    if (seen.has(slug)) throw new Error(`${slug}: there are two connectors of this slug`);
    seen.add(slug);
  }
  return definitions.sort((a, b) => (a.slug < b.slug ? -1 : 1));
}

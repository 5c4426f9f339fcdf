import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { connectorDefinitionSchema, type ConnectorDefinition } from "@/lib/auth-methods/definition";
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

function parseDefinition(from: string, input: unknown): ConnectorDefinition {
  const parsed = connectorDefinitionSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${from}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "invalid"}`);
}

function parseText({ from, text }: Source): ConnectorDefinition {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    throw new Error(`${from}: not JSON`);
  }
  return parseDefinition(from, input);
}

/**
 * The connectors that Keyway comes with: `library/*.json`, `catalogue.jsonl` and the utility connectors, ordered by slug.
 * The sandbox provider's are not among them (`sandboxConnectors`).
 *
 * @param rootDir folder of the project; the data files are read from `db/seeds/connectors` below it.
 * @throws Error that names file and field, where a definition doesn't hold to its shape or a slug comes twice.
 */
export function loadLibrary(rootDir: string = process.cwd()): ConnectorDefinition[] {
  const definitions = [
    ...sources(rootDir).map(parseText),
    ...utilityConnectors().map((definition) => parseDefinition(`utility.ts (${definition.slug})`, definition)),
  ];
  const seen = new Set<string>();
  for (const { slug } of definitions) {
    if (seen.has(slug)) throw new Error(`${slug}: there are two connectors of this slug`);
    seen.add(slug);
  }
  return definitions.sort((a, b) => (a.slug < b.slug ? -1 : 1));
}

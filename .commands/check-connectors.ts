import { loadLibrary } from "../db/seeds/connectors/load";
import { sandboxConnectors } from "../db/seeds/connectors/sandbox";
import { connectorDefinitionSchema } from "../lib/auth-methods/definition";
import { lintDefinition } from "../lib/catalog/lint";
import { unbuildable } from "../lib/catalog/trial";

/** `npm run connectors:check [SLUG …]`: every definition that Keyway brings, linted, and each of its requests built. Ends with 1 where one is wrong. */
const wanted = new Set(process.argv.slice(2));
const definitions = [
  ...loadLibrary((input) => connectorDefinitionSchema.parse(input)),
  ...sandboxConnectors("http://127.0.0.1:3900").map((d) => connectorDefinitionSchema.parse(d)),
].filter(({ slug }) => wanted.size === 0 || wanted.has(slug));

const found = definitions.flatMap((definition) => [
  ...lintDefinition(definition).map(({ path, rule, message }) => `${definition.slug}: ${path}: ${message} (${rule})`),
  ...unbuildable(definition),
]);
for (const line of found) process.stderr.write(`${line}\n`);
const missing = [...wanted].filter((slug) => !definitions.some((d) => d.slug === slug));
for (const slug of missing) process.stderr.write(`There is no connector ${slug}.\n`);
const checked = `${definitions.length} ${definitions.length === 1 ? "connector" : "connectors"} checked`;
process.stdout.write(`${checked}, ${found.length === 0 ? "nothing wrong" : `${found.length} problems`}.\n`);
process.exitCode = found.length + missing.length > 0 ? 1 : 0;

import { $RefParser } from "@apidevtools/json-schema-ref-parser";
import { connectorDefinitionSchema, type ConnectorDefinition } from "@/lib/auth-methods/definition";
import { slugify } from "@/lib/kernel/ids";
import { isRecord, Leftovers, OpenApiDocument, textOf } from "./openapi-document";
import { methodsOf } from "./openapi-methods";
import { authMethodsOf } from "./openapi-security";
import { NO_ADDRESS, serversOf } from "./openapi-servers";
import type { OpenApiResult } from "./types";

export interface OpenApiInput {
  /** The document itself; absent where it is to be fetched from `url`. */
  readonly text?: string;
  readonly url?: string;
  /** Fetches a document: the root, one that a `$ref` names, or one of discovery. Rejects where it may not or can't be had. */
  readonly load: (url: string) => Promise<string>;
  readonly progress: (phase: "reading" | "converting", done: number, total: number) => void;
}

/** What is wrong with a document, in a sentence for the person who brought it. */
export class OpenApiError extends Error {}

const MAX_FILES = 50;

/** Puts the members of a merge key (`<<`, YAML 1.1) in their places: the parser keeps to YAML 1.2, and many descriptions don't. */
function mergeKeys(value: unknown, seen = new Set<unknown>()): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  for (const inner of Object.values(value)) mergeKeys(inner, seen);
  const given = (value as Record<string, unknown>)["<<"];
  const sources = (Array.isArray(given) ? given : [given]).filter(isRecord);
  if (sources.length === 0) return;
  const own = value as Record<string, unknown>;
  delete own["<<"];
  for (const source of sources) for (const [key, inner] of Object.entries(source)) if (!Object.hasOwn(own, key)) own[key] = inner;
}

/** Reads a document and every file that it refers to. Each is fetched by `load`, never by the parser itself. */
async function filesOf({ text, url, load }: OpenApiInput): Promise<OpenApiDocument> {
  const root = url === undefined ? NO_ADDRESS : new URL(url).href.replace(/#.*$/, "");
  let files = 0;
  // The parser tells of a file that couldn't be read, and not why.
  let reason: OpenApiError | null = null;
  const refuse = (message: string): OpenApiError => (reason ??= new OpenApiError(message));
  const parser = new $RefParser();
  let hasMergeKeys = false;
  const read = async (file: { url: string }): Promise<string> => {
    const content = await textAt(file);
    hasMergeKeys ||= content.includes("<<");
    return content;
  };
  const textAt = async ({ url: wanted }: { url: string }): Promise<string> => {
    if (wanted === root && text !== undefined) return text;
    if ((files += 1) > MAX_FILES) throw refuse(`The document refers to more than ${MAX_FILES} others.`);
    if (new URL(wanted).hostname === new URL(NO_ADDRESS).hostname)
      throw refuse("The document refers to another by a relative address, and was pasted: give its URL instead.");
    return load(wanted).catch((error: unknown) => {
      throw refuse(error instanceof Error ? error.message : `${wanted} can't be read.`);
    });
  };
  try {
    const refs = await parser.resolve(root, {
      resolve: { file: false, http: { order: 1, canRead: true, read } },
      // What a file is called says little: JSON is tried first, then YAML.
      parse: { json: { canParse: true }, yaml: { canParse: true }, text: false, binary: false },
      dereference: { circular: "ignore" },
    });
    const values = refs.values() as Record<string, unknown>;
    if (hasMergeKeys) mergeKeys(values);
    return new OpenApiDocument(root, new Map(Object.entries(values)));
  } catch (error) {
    if (reason !== null) throw reason as OpenApiError;
    throw new OpenApiError(
      error instanceof Error ? error.message.replaceAll(NO_ADDRESS, "the document") : "The document can't be read.",
    );
  }
}

function versionOf(document: OpenApiDocument): "2.0" | "3.0" | "3.1" {
  const { value } = document.start;
  if (!isRecord(value)) throw new OpenApiError("The document is neither JSON nor YAML of an API description.");
  if (value.swagger === "2.0" || value.swagger === 2) return "2.0";
  const version = String(value.openapi ?? "");
  if (version.startsWith("3.0")) return "3.0";
  if (version.startsWith("3.1")) return "3.1";
  throw new OpenApiError(
    version
      ? `OpenAPI ${version} isn't known here: 3.0, 3.1 and Swagger 2.0 are.`
      : "The document says neither openapi nor swagger.",
  );
}

/**
 * Makes a definition of an OpenAPI 3.0, 3.1 or Swagger 2.0 document, JSON or YAML. Out: the definition, and what couldn't be carried
 * over. Throws an OpenApiError where it is no such document.
 */
export async function convertOpenApi(input: OpenApiInput): Promise<OpenApiResult> {
  input.progress("reading", 0, 1);
  const document = await filesOf(input);
  const version = versionOf(document);
  const isSwagger2 = version === "2.0";
  const leftovers = new Leftovers();
  const start = document.start.value as Record<string, unknown>;
  const info = isRecord(start.info) ? start.info : {};
  const name = (textOf(info.title) ?? "Imported API").slice(0, 200);
  const discover = async (url: string): Promise<unknown> => JSON.parse(await input.load(url)) as unknown;
  const servers = serversOf(document, isSwagger2, leftovers);
  const { baseUrl } = servers;
  const authMethods = await authMethodsOf(document, isSwagger2, { discover, leftovers, baseUrl: servers.first });
  if (baseUrl === undefined) leftovers.add("The document names no server: give the base URL in Settings");
  const methods = methodsOf(document, isSwagger2, leftovers, (done, total) => input.progress("converting", done, total));
  for (const ref of document.broken) leftovers.add(`The reference ${ref}, which leads nowhere`);
  if (start.webhooks !== undefined) leftovers.add("Webhooks");
  const docs = isRecord(start.externalDocs) ? textOf(start.externalDocs.url) : undefined;
  const website = isRecord(info.contact) ? textOf(info.contact.url) : undefined;
  const apiVersion = textOf(info.version);
  const definition = {
    slug: slugify(name) || "imported-api",
    name,
    ...(apiVersion === undefined ? {} : { apiVersion }),
    description: (textOf(info.description) ?? "").slice(0, 4000),
    ...(docs && URL.canParse(docs) ? { docsUrl: docs } : {}),
    ...(website && URL.canParse(website) ? { website } : {}),
    parameters: servers.parameters,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    authMethods,
    methods,
  };
  return { version, definition: checked(definition), leftovers: leftovers.list };
}

function checked(definition: object): ConnectorDefinition {
  const parsed = connectorDefinitionSchema.safeParse(definition);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new OpenApiError(`${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? "it can't be a definition"}`);
}

import type { MethodDefinition, MethodParameter } from "@/lib/auth-methods/definition";
import { titleOf } from "@/lib/auth-methods/sample-fields";
import { isRecord, textOf, type Json, type Leftovers, type Node, type OpenApiDocument } from "./openapi-document";
import { defaultOf, fieldsOfSchema, fieldType, typeName, valuesOf } from "./openapi-fields";
import { serverUrl } from "./openapi-servers";
import { freshId } from "@/lib/kernel/ids";

const VERBS = ["get", "post", "put", "patch", "delete"] as const;
/** Set by the call itself: as a parameter they would only disturb it. */
const OWN_HEADERS = new Set(["accept", "content-type", "authorization", "content-length", "host"]);

const TARGETS: Readonly<Record<string, MethodParameter["targetType"]>> = {
  path: "MergeField",
  query: "QueryString",
  header: "HttpHeader",
};

/** `/pets/{petId}` as an endpoint with merge fields. */
const endpointOf = (path: string): string => path.replace(/\{([^{}]+)\}/g, (_, name: string) => `{{${fieldName(name)}}}`);
/** A name that a template can hold. */
const fieldName = (name: string): string => name.replace(/[^\w.-]/g, "_");

function parameterType(schema: Json): MethodParameter["type"] {
  const type = fieldType(schema);
  return type === "Integer" || type === "Decimal" || type === "Boolean" || type === "DateTime" ? type : "Text";
}

interface Read {
  readonly document: OpenApiDocument;
  readonly leftovers: Leftovers;
  readonly isSwagger2: boolean;
}

function parameterOf(read: Read, node: Node, where: string, taken: readonly string[]): MethodParameter | null {
  const { document, leftovers, isSwagger2 } = read;
  const value = isRecord(node.value) ? node.value : {};
  const name = textOf(value.name);
  const place = textOf(value.in) ?? "";
  if (!name || place === "body" || place === "formData") return null;
  const target = TARGETS[place];
  if (!target) {
    leftovers.add(`${where}: the ${place || "unplaced"} parameter ${name}`);
    return null;
  }
  if (target === "HttpHeader" && OWN_HEADERS.has(name.toLowerCase())) return null;
  const content = document.members(document.member(node, "content"))[0];
  const found = isSwagger2 ? node : (document.member(node, "schema") ?? (content && document.member(content, "schema")) ?? null);
  const schema = isRecord(found?.value) ? found.value : {};
  if (typeName(schema) === "object") leftovers.add(`${where}: the members of ${name}, which is typed as one text`);
  const values = valuesOf(schema);
  const preset = defaultOf(schema.default);
  const description = textOf(value.description) ?? textOf(schema.description);
  const wire = target === "MergeField" ? fieldName(name) : name;
  return {
    name: freshName(wire, taken),
    title: titleOf(name),
    targetType: target,
    targetName: wire,
    optional: value.required !== true && place !== "path",
    hidden: false,
    type: parameterType(schema),
    ...(description === undefined ? {} : { description }),
    ...(values === undefined ? {} : { values }),
    ...(preset === undefined ? {} : { default: preset }),
  };
}

function freshName(name: string, taken: readonly string[]): string {
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? name.slice(0, 200) : `${name.slice(0, 190)}-${n}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

const isJson = (type: string): boolean => /[/+]json\b/i.test(type) || type.trim() === "*/*";
const isForm = (type: string): boolean => /^application\/x-www-form-urlencoded/i.test(type);

/** The body of a request: how it is written, and its fields. */
function requestOf(read: Read, operation: Node, parameters: readonly Node[], where: string): Partial<MethodDefinition> {
  const { document, leftovers, isSwagger2 } = read;
  if (isSwagger2) return swagger2Body(read, operation, parameters, where);
  const body = document.member(operation, "requestBody");
  const contents = document.members(body && document.member(body, "content"));
  if (contents.length === 0) return {};
  const chosen = contents.find((c) => isJson(c.key)) ?? contents.find((c) => isForm(c.key));
  for (const other of contents) if (other !== chosen && !chosen) leftovers.add(`${where}: a body of ${other.key}`);
  const schema = chosen && document.member(chosen, "schema");
  if (!chosen || !schema) return {};
  return {
    bodyFormat: isForm(chosen.key) ? "form" : "json",
    requestFields: fieldsOfSchema(document, schema, "request", where, leftovers),
  };
}

function swagger2Body(read: Read, operation: Node, parameters: readonly Node[], where: string): Partial<MethodDefinition> {
  const { document, leftovers } = read;
  const of = (place: string) => parameters.filter((p) => isRecord(p.value) && p.value.in === place);
  const [body] = of("body");
  const schema = body && document.member(body, "schema");
  if (schema) return { bodyFormat: "json", requestFields: fieldsOfSchema(document, schema, "request", where, leftovers) };
  const form = of("formData");
  if (form.length === 0) return {};
  const consumes = document.member(operation, "consumes")?.value ?? document.member(document.start, "consumes")?.value;
  if (Array.isArray(consumes) && !(consumes as unknown[]).some((type) => typeof type === "string" && isForm(type))) {
    leftovers.add(`${where}: a body of ${(consumes as unknown[]).map(String).join(", ")}`);
    return {};
  }
  const properties = Object.fromEntries(form.map((p) => [String((p.value as Json).name), p.value]));
  const required = form.filter((p) => (p.value as Json).required === true).map((p) => String((p.value as Json).name));
  const made = { value: { type: "object", properties, required }, file: operation.file, ref: null };
  return { bodyFormat: "form", requestFields: fieldsOfSchema(document, made, "request", where, leftovers) };
}

/** The fields of the first success that has a JSON body. */
function responseOf(read: Read, operation: Node, where: string): MethodDefinition["responseFields"] {
  const { document, leftovers, isSwagger2 } = read;
  const answers = document.members(document.member(operation, "responses"));
  const good = answers.filter(({ key }) => /^2/.test(key)).concat(answers.filter(({ key }) => key === "default"));
  for (const answer of good) {
    const contents = isSwagger2 ? [] : document.members(document.member(answer, "content"));
    const json = contents.find((c) => isJson(c.key));
    const schema = isSwagger2 ? document.member(answer, "schema") : json && document.member(json, "schema");
    if (schema) return fieldsOfSchema(document, schema, "response", `${where}, its answer`, leftovers);
    for (const { key } of contents) leftovers.add(`${where}: an answer of ${key}`);
  }
  return [];
}

/** The server that an operation or its path names for itself, in place of the document's. */
function ownServer(read: Read, nodes: readonly Node[]): string | null {
  for (const node of nodes) {
    const server = read.document.members(read.document.member(node, "servers"))[0];
    if (server) return serverUrl(server, read.document.root, read.leftovers)?.url ?? null;
  }
  return null;
}

/**
 * Every operation as a method. In: the document, whether it is Swagger 2.0, and what hears of progress. Out: methods with ids of
 * their own; what a method can't hold is among the leftovers.
 */
export function methodsOf(
  document: OpenApiDocument,
  isSwagger2: boolean,
  leftovers: Leftovers,
  progress: (done: number, total: number) => void,
): MethodDefinition[] {
  const read: Read = { document, leftovers, isSwagger2 };
  const paths = document.members(document.member(document.start, "paths"));
  const methods: MethodDefinition[] = [];
  const ids = new Set<string>();
  for (const [done, path] of paths.entries()) {
    progress(done, paths.length);
    const value = isRecord(path.value) ? path.value : {};
    for (const verb of ["head", "options", "trace"]) if (value[verb]) leftovers.add(`${verb.toUpperCase()} ${path.key}`);
    for (const verb of VERBS) {
      const operation = document.member(path, verb);
      if (!operation || !isRecord(operation.value)) continue;
      methods.push(methodOf(read, path, operation, verb, ids));
    }
  }
  progress(paths.length, paths.length);
  return methods;
}

function methodOf(
  read: Read,
  path: Node & { readonly key: string },
  operation: Node,
  verb: (typeof VERBS)[number],
  ids: Set<string>,
): MethodDefinition {
  const { document, leftovers } = read;
  const value = operation.value as Json;
  const httpMethod = verb.toUpperCase() as MethodDefinition["httpMethod"];
  const where = `${httpMethod} ${path.key}`;
  // A parameter of the operation takes the place of the path's with the same name and place.
  const given = new Map<string, Node>();
  for (const node of [
    ...document.members(document.member(path, "parameters")),
    ...document.members(document.member(operation, "parameters")),
  ])
    if (isRecord(node.value)) given.set(`${String(node.value.in)} ${String(node.value.name)}`, node);
  const nodes = [...given.values()];
  const parameters: MethodParameter[] = [];
  for (const node of nodes) {
    const parameter = parameterOf(
      read,
      node,
      where,
      parameters.map((p) => p.name),
    );
    if (parameter) parameters.push(parameter);
  }
  for (const name of [...path.key.matchAll(/\{([^{}]+)\}/g)].map((m) => fieldName(m[1] ?? "")))
    if (!parameters.some((p) => p.targetType === "MergeField" && p.targetName === name))
      parameters.push({
        name,
        title: titleOf(name),
        targetType: "MergeField",
        targetName: name,
        optional: false,
        hidden: false,
        type: "Text",
      });
  const mergeFields = new Set([...path.key.matchAll(/\{([^{}]+)\}/g)].map((m) => fieldName(m[1] ?? "")));
  const used = parameters.filter((p) => p.targetType !== "MergeField" || mergeFields.has(p.targetName));

  for (const key of ["callbacks", "links"]) if (value[key] !== undefined) leftovers.add(`${where}: ${key}`);
  const tags = Array.isArray(value.tags) ? (value.tags as unknown[]).map(String) : [];
  if (tags.length > 1) leftovers.add("Further tags of an operation: the first is its category");
  const name = (textOf(value.summary) ?? (textOf(value.operationId) ? titleOf(String(value.operationId)) : where)).slice(0, 200);
  let id = freshId(textOf(value.operationId) ? titleOf(String(value.operationId)) : where, []);
  for (let n = 2; ids.has(id); n += 1) id = `${id.replace(/-\d+$/, "")}-${n}`;
  ids.add(id);
  const server = ownServer(read, [operation, path]);
  const description = [textOf(value.description), value.deprecated === true ? "The provider has deprecated it." : undefined]
    .filter(Boolean)
    .join(" ");
  return {
    id,
    name,
    ...(description === "" ? {} : { description }),
    category: tags[0] ?? "General",
    httpMethod,
    endpoint: `${server ?? ""}${endpointOf(path.key)}`,
    bodyFormat: "json",
    parameters: used,
    requestFields: [],
    responseFields: responseOf(read, operation, where),
    hidden: false,
    ...(verb === "get" ? {} : requestOf(read, operation, nodes, where)),
  };
}

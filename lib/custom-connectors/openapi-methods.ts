import type { MethodDefinition, MethodParameter } from "@/lib/auth-methods/definition";
import { titleOf } from "@/lib/auth-methods/sample-fields";
import { isRecord, textOf, type Json, type Leftovers, type Node, type OpenApiDocument } from "./openapi-document";
import { defaultOf, fieldsOfSchema, fieldType, typeName, unwrapped, valuesOf } from "./openapi-fields";
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

/** One parameter of an operation as those of a method: an object in a query is one for each of its members. */
function parametersOf(read: Read, node: Node, where: string): Omit<MethodParameter, "name">[] {
  const { document, leftovers, isSwagger2 } = read;
  const value = isRecord(node.value) ? node.value : {};
  const name = textOf(value.name);
  const place = textOf(value.in) ?? "";
  if (place === "body" || place === "formData") return [];
  if (!name) {
    leftovers.add(`${where}: a parameter without a name`);
    return [];
  }
  const target = TARGETS[place];
  if (!target) {
    leftovers.add(`${where}: the ${place || "unplaced"} parameter ${name}`);
    return [];
  }
  if (target === "HttpHeader" && OWN_HEADERS.has(name.toLowerCase())) return [];
  const content = document.members(document.member(node, "content"))[0];
  const given = document.member(node, "schema") ?? (content && document.member(content, "schema")) ?? null;
  const found = isSwagger2 ? { ...node, ref: null } : given && unwrapped(document, given);
  const schema = isRecord(found?.value) ? found.value : {};
  const typed = (wire: string, label: string, of: Json, required: boolean, about: unknown): Omit<MethodParameter, "name"> => {
    const values = valuesOf(of, `${where}, ${wire}`, leftovers);
    const preset = defaultOf(of.default);
    const description = textOf(about) ?? textOf(of.description);
    return {
      title: titleOf(label),
      targetType: target,
      targetName: wire.slice(0, 200),
      optional: !required,
      hidden: false,
      type: parameterType(of),
      ...(description === undefined ? {} : { description }),
      ...(values === undefined ? {} : { values }),
      ...(preset === undefined ? {} : { default: preset }),
    };
  };
  const isRequired = value.required === true || place === "path";
  const isDeep = value.style === "deepObject";
  const members =
    target === "QueryString" && content === undefined && (isDeep || value.explode !== false)
      ? document.members(found && document.member(found, "properties"))
      : [];
  if (members.length > 0) {
    const needed = Array.isArray(schema.required) ? (schema.required as unknown[]) : [];
    return members.map(({ key, ...member }) => {
      const { value: inner } = unwrapped(document, member);
      const of = isRecord(inner) ? inner : {};
      const wire = isDeep ? `${name}[${key}]` : key;
      if (of.properties !== undefined) leftovers.add(`${where}: the members of ${wire}, which is typed as one text`);
      return typed(wire, isDeep ? `${name} ${key}` : key, of, isRequired && needed.includes(key), undefined);
    });
  }
  if (typeName(schema) === "object" || schema.properties !== undefined)
    leftovers.add(`${where}: the members of ${name}, which is typed as one text`);
  if (
    typeName(schema) === "array" &&
    place === "query" &&
    (isSwagger2 ? value.collectionFormat === "multi" : value.explode !== false)
  )
    leftovers.add("Several values of a parameter, each under its name again: one can be given");
  return [typed(target === "MergeField" ? fieldName(name) : name, name, schema, isRequired, value.description)];
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
  const isNamed = !isForm(chosen.key) && !/^application\/json\b/i.test(chosen.key) && !chosen.key.includes("*");
  return {
    bodyFormat: isForm(chosen.key) ? "form" : "json",
    // JSON under a name of its own, such as application/merge-patch+json.
    ...(isNamed ? { headers: { "content-type": chosen.key } } : {}),
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
    const { url = null, parameters = [] } = (server && serverUrl(server, read.document.root, read.leftovers)) ?? {};
    if (url === null) continue;
    const unset = parameters.find((p) => p.default === undefined && !p.enum?.[0]);
    if (unset) read.leftovers.add(`The server ${url} of single operations: nothing says what ${unset.name} is`);
    else return parameters.reduce((text, p) => text.replaceAll(`{{${p.name}}}`, String(p.default ?? p.enum?.[0])), url);
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
  for (const parameter of nodes.flatMap((node) => parametersOf(read, node, where))) {
    const taken = parameters.map((p) => p.name);
    parameters.push({ name: freshName(parameter.targetName, taken), ...parameter });
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
  if (verb === "get" && value.requestBody !== undefined) leftovers.add(`${where}: a body, which GET has no place for`);
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

import type { Field } from "@/lib/auth-methods/definition";
import { listPlace, placeBelow, titleOf, type BodyDirection } from "@/lib/auth-methods/sample-fields";
import { isRecord, textOf, type Json, type Leftovers, type Node, type OpenApiDocument } from "./openapi-document";

const MAX_FIELDS = 300;
const MAX_DEPTH = 8;
/** As many as there are countries and currencies. */
const MAX_VALUES = 300;
/** What a wrapper says about the schema inside. */
const WORDS = ["title", "description", "default", "readOnly", "writeOnly"];
const LIMITS = [
  ..."minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern".split(" "),
  ..."minItems maxItems uniqueItems minProperties maxProperties".split(" "),
];
/** Parts of a schema that a list of fields has no place for. */
const UNREAD = ["patternProperties", "prefixItems", "if", "dependentSchemas", "$dynamicRef", "$recursiveRef"];

type Found = Node & { readonly ref: string | null };

const partsOf = ({ value, file }: Node, key: string): Node[] =>
  isRecord(value) && Array.isArray(value[key]) ? (value[key] as unknown[]).map((part) => ({ value: part, file })) : [];
const isNull = ({ value }: Node): boolean => isRecord(value) && (value.type === "null" || value.const === null);

/**
 * The schema inside one that only wraps it, such as `allOf` of one, or `anyOf` of one and null, with what the wrapper says about it;
 * any other as it is.
 */
export function unwrapped(document: OpenApiDocument, node: Found): Found {
  let at = node;
  for (let hop = 0; hop < 10; hop += 1) {
    if (!isRecord(at.value) || at.value.properties !== undefined) return at;
    const inside = ["allOf", "oneOf", "anyOf"].flatMap((key) => partsOf(at, key)).filter((part) => !isNull(part));
    const only = inside.length === 1 ? document.follow(inside[0]!) : null;
    if (!only || !isRecord(only.value)) return at;
    const said = Object.entries(at.value).filter(([key]) => WORDS.includes(key));
    at = { ...only, value: { ...only.value, ...Object.fromEntries(said) } };
  }
  return at;
}

/** The type of a schema; of several (OpenAPI 3.1), the first that isn't null. */
export function typeName(schema: Json): string | undefined {
  const { type } = schema;
  if (Array.isArray(type)) return (type as unknown[]).find((t): t is string => typeof t === "string" && t !== "null");
  return typeof type === "string" ? type : undefined;
}

export function fieldType(schema: Json): Field["type"] {
  const type = typeName(schema);
  if (type === "integer") return "Integer";
  if (type === "number") return "Decimal";
  if (type === "boolean") return "Boolean";
  if (type === "file" || schema.format === "binary" || schema.contentEncoding === "base64") return "File";
  if (schema.format === "date-time" || schema.format === "date") return "DateTime";
  return type === "object" ? "Undefined" : "Text";
}

/** The values that a schema allows, as text; undefined where it doesn't say, or says too many for a menu. */
export function valuesOf(schema: Json, where: string, leftovers: Leftovers): string[] | undefined {
  const list = Array.isArray(schema.enum) ? (schema.enum as unknown[]) : schema.const === undefined ? [] : [schema.const];
  const texts = list.filter((v) => v !== null && typeof v !== "object").map(String);
  if (texts.length > MAX_VALUES) leftovers.add(`${where}: a choice of ${texts.length} values, which is typed instead`);
  return texts.length === 0 || texts.length > MAX_VALUES ? undefined : texts;
}

/** A default as text; an object or list has no place in a form. */
export const defaultOf = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;

/**
 * The fields of a body, from its schema. `allOf` counts together; of `oneOf` and `anyOf` every alternative counts, none required.
 * A schema that comes back to itself ends there. In: which way the body goes, and its name for what can't be carried over.
 */
export function fieldsOfSchema(
  document: OpenApiDocument,
  schema: Found,
  direction: BodyDirection,
  where: string,
  leftovers: Leftovers,
): Field[] {
  const found = new Map<string, Field>();
  const skip = direction === "request" ? "readOnly" : "writeOnly";

  const walk = (given: Node, place: string, name: string, required: boolean, above: ReadonlySet<string>): void => {
    const followed = document.follow(given);
    // What leads nowhere is listed for the document as a whole.
    if (!followed) return;
    const node = unwrapped(document, followed);
    if (!isRecord(node.value) || node.value[skip] === true) return;
    if (node.ref !== null && above.has(node.ref))
      return leftovers.add(
        `${node.ref.split("/").at(-1) ?? "A schema"} holds itself: its fields are there once, not further down`,
      );
    if (above.size > MAX_DEPTH * 2 || place.split(".").length > MAX_DEPTH)
      return leftovers.add(`${where}: fields more than ${MAX_DEPTH} levels deep`);
    if (found.size >= MAX_FIELDS) return leftovers.add(`${where}: more than ${MAX_FIELDS} fields`);
    const chain = node.ref === null ? above : new Set([...above, node.ref]);
    const value = node.value;
    for (const key of UNREAD) if (value[key] !== undefined) leftovers.add(`${where}: ${key}${place ? ` of ${place}` : ""}`);
    if (direction === "request" && LIMITS.some((key) => value[key] !== undefined))
      leftovers.add("Limits of values, such as minimum and pattern: the provider checks them");
    for (const part of partsOf(node, "allOf")) walk(part, place, name, required, chain);
    const alternatives = [...partsOf(node, "oneOf"), ...partsOf(node, "anyOf")].filter((part) => !isNull(part));
    for (const part of alternatives) walk(part, place, name, false, chain);
    if (alternatives.length > 1 && direction === "request")
      leftovers.add(
        `${where}: which of ${alternatives.length} alternatives goes together; the fields of all are there, none required`,
      );

    const { properties, items, additionalProperties } = value;
    if (isRecord(properties)) {
      const needed = new Set(Array.isArray(value.required) ? (value.required as unknown[]) : []);
      for (const [key, property] of Object.entries(properties)) {
        if (direction === "request" && /[.[\]]/.test(key)) {
          leftovers.add(`${where}: the member ${key}, whose name can't be part of a place`);
          continue;
        }
        walk({ value: property, file: node.file }, placeBelow(place, key), key, required && needed.has(key), chain);
      }
      return;
    }
    if (typeName(value) === "array" || items !== undefined) {
      if (place === "" && direction === "request") return leftovers.add(`${where}: a body that is a list`);
      if (place.endsWith("]")) return leftovers.add(`${where}: a list of lists, ${place}`);
      return walk({ value: items ?? {}, file: node.file }, listPlace(place, direction), name, required, chain);
    }
    if (isRecord(additionalProperties)) leftovers.add(`${where}: members of any name${place ? ` in ${place}` : ""}`);
    if (place === "" || value.allOf !== undefined || alternatives.length > 0) return;
    if (place.length > 500 || found.has(place)) return;
    const values = valuesOf(value, where, leftovers);
    const preset = defaultOf(value.default);
    const description = textOf(value.description);
    found.set(place, {
      path: place,
      title: (textOf(value.title) ?? titleOf(name || "Value")).slice(0, 200),
      optional: !required,
      type: fieldType(value),
      ...(description === undefined ? {} : { description }),
      ...(values === undefined ? {} : { values }),
      ...(preset === undefined || direction === "response" ? {} : { default: preset }),
    });
  };
  walk(schema, "", "", true, new Set(schema.ref === null ? [] : [schema.ref]));
  return [...found.values()];
}

import type { ConnectorDefinition, Field, MethodDefinition } from "./definition";
import { methodGuid } from "./identifiers";

/** What a custom field of an installed connector says of its place. */
export interface CustomFieldPlace {
  /** Path in the provider's body. */
  readonly connectorField: string | null;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly dataType: string | null;
  readonly methodUniqueIdentifier: string | null;
  /** Sent with a request instead of read from an answer. */
  readonly forRequestFormat: boolean;
}

const MOST_KEPT = 20;
const TYPES: readonly Field["type"][] = ["Undefined", "Text", "Integer", "Float", "Decimal", "Boolean", "DateTime", "File"];

const typeOf = (name: string | null): Field["type"] =>
  TYPES.find((type) => type.toLowerCase() === name?.trim().toLowerCase()) ?? "Text";

/** The fields of a list that the others of it and `known` don't have yet. */
function added(known: readonly Field[], custom: readonly CustomFieldPlace[]): Field[] {
  const paths = new Set(known.map((field) => field.path));
  return custom.flatMap((field) => {
    const path = field.connectorField?.trim() ?? "";
    if (path === "" || paths.has(path)) return [];
    paths.add(path);
    const title = (field.displayName?.trim() || path).slice(0, 200);
    const described = field.description ? { description: field.description } : {};
    return [{ path, title, ...described, optional: true, type: typeOf(field.dataType) }];
  });
}

function withFields(method: MethodDefinition, custom: readonly CustomFieldPlace[]): MethodDefinition {
  // What asks for something has no body to carry a field.
  const hasBody = method.httpMethod !== "GET";
  const request = hasBody
    ? added(
        method.requestFields,
        custom.filter((f) => f.forRequestFormat),
      )
    : [];
  const response = added(
    method.responseFields,
    custom.filter((f) => !f.forRequestFormat),
  );
  if (request.length + response.length === 0) return method;
  return {
    ...method,
    requestFields: [...method.requestFields, ...request],
    responseFields: [...method.responseFields, ...response],
  };
}

const kept = new WeakMap<ConnectorDefinition, Map<string, ConnectorDefinition>>();

/**
 * A definition as one installation has it: its methods with the custom fields that name them by their GUID. A field without a method or
 * a place in the body says nothing, and what the method has by itself stays. Out: the same object for the same definition and fields.
 */
export function withCustomFields(definition: ConnectorDefinition, fields: readonly CustomFieldPlace[]): ConnectorDefinition {
  const placed = fields.filter((f) => f.methodUniqueIdentifier !== null && f.connectorField !== null);
  if (placed.length === 0) return definition;
  let versions = kept.get(definition);
  if (!versions) kept.set(definition, (versions = new Map()));
  const key = JSON.stringify(placed);
  const held = versions.get(key);
  if (held) return held;
  const methods = definition.methods.map((method) => {
    const guid = methodGuid(definition.slug, method).toLowerCase();
    const own = placed.filter((f) => f.methodUniqueIdentifier?.trim().toLowerCase() === guid);
    return own.length > 0 ? withFields(method, own) : method;
  });
  const whole = { ...definition, methods };
  const oldest = versions.size >= MOST_KEPT ? versions.keys().next().value : undefined;
  if (oldest !== undefined) versions.delete(oldest);
  versions.set(key, whole);
  return whole;
}

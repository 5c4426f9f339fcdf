import type { ConnectorDefinition, Parameter, Templates } from "./definition";
import { engineWord } from "./engine-words";
import { canonicalName } from "./templates";

/** The name under which a parameter of the connector is sent. */
const nameOf = (parameter: Parameter): string => parameter.targetName ?? parameter.name;

const entries = (definition: ConnectorDefinition, type: Parameter["targetType"]): Record<string, Templates> =>
  Object.fromEntries(
    [...definition.parameters, ...definition.authMethods.flatMap((m) => m.parameters)]
      .filter((parameter) => parameter.targetType === type && engineWord(parameter) === null)
      .map((parameter) => [nameOf(parameter), `{{${parameter.name}}}`]),
  );

/**
 * A definition as calls are made with it: parameters of the connector that go into a header or the query stand among those of every
 * call. What the definition itself writes there wins. In and out: a definition; the same one where no parameter goes anywhere.
 */
export function withSharedValues(definition: ConnectorDefinition): ConnectorDefinition {
  const headers = entries(definition, "HttpHeader");
  const query = entries(definition, "QueryString");
  if (Object.keys(headers).length + Object.keys(query).length === 0) return definition;
  return { ...definition, headers: { ...headers, ...definition.headers }, query: { ...query, ...definition.query } };
}

/** A definition as one method is called with it that leaves parameters of the connector out. In: their names. */
export function withoutShared(definition: ConnectorDefinition, names: readonly string[]): ConnectorDefinition {
  const left = definition.parameters.filter((p) => names.some((name) => canonicalName(name) === canonicalName(p.name)));
  const without = (entries: Readonly<Record<string, Templates>> | undefined, type: Parameter["targetType"]) => {
    const gone = new Set(left.filter((p) => p.targetType === type).map(nameOf));
    return Object.fromEntries(Object.entries(entries ?? {}).filter(([name]) => !gone.has(name)));
  };
  return {
    ...definition,
    headers: without(definition.headers, "HttpHeader"),
    query: without(definition.query, "QueryString"),
  };
}

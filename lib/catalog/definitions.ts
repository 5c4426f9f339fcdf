import type { AuthMethod, ConnectorDefinition, Parameter } from "@/lib/auth-methods/definition";

export const authMethodOf = (definition: ConnectorDefinition, id: string): AuthMethod | null =>
  definition.authMethods.find((m) => m.id === id) ?? null;

/** A value that the definition itself gives for a secret stays on the server; that there is one is enough to know what to ask. */
const withoutSecret = (parameter: Parameter): Parameter => ({
  ...parameter,
  ...(parameter.secret && parameter.fixed !== undefined ? { fixed: "set" } : {}),
  ...(parameter.secret && parameter.default !== undefined ? { default: "set" } : {}),
});

/** As much of a definition as a form needs to know what will be asked: no scripts, no requests, no secret of its own. */
export function formDefinition(definition: ConnectorDefinition): ConnectorDefinition {
  const { slug, name, status, developerUrl, docsUrl, website } = definition;
  return {
    slug,
    name,
    status,
    ...(developerUrl === undefined ? {} : { developerUrl }),
    ...(docsUrl === undefined ? {} : { docsUrl }),
    ...(website === undefined ? {} : { website }),
    description: "",
    categories: [],
    aliases: [],
    methods: [],
    lookups: [],
    parameters: definition.parameters.map(withoutSecret),
    authMethods: definition.authMethods.map((method) => ({
      ...method,
      parameters: method.parameters.map(withoutSecret),
    })),
  };
}

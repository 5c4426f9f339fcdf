import type { AuthMethod, ConnectorDefinition } from "@/lib/auth-methods/definition";

/** The badge of a connector: one authentication type, or how many it offers. */
export function authBadge(definition: ConnectorDefinition, labels: Record<AuthMethod["type"], string>): string {
  const types = new Set(definition.authMethods.map((m) => m.type));
  const only = definition.authMethods[0];
  if (definition.authMethods.length === 1 || types.size === 1) return only ? labels[only.type] : "";
  return `${definition.authMethods.length} methods`;
}

export const authMethodOf = (definition: ConnectorDefinition, id: string): AuthMethod | null =>
  definition.authMethods.find((m) => m.id === id) ?? null;

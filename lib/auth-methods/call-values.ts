import type { AuthMethod, ConnectorDefinition, Placement, Templates } from "./definition";
import { connectorParameters, kindOf } from "./registry";
import { missingRequired, type ResolvedValue } from "./resolve";
import { canonicalName, mergeFields } from "./templates";

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const placed = (placement: Placement): string[] => textsIn(placement.value);
const all = (templates: Readonly<Record<string, Templates>> | undefined): string[] => textsIn(templates ?? {});

/**
 * Which parameters a call itself makes use of, as opposed to those that only obtain or renew its credential (a client secret of
 * OAuth 2). In: a connector and one of its methods. Out: a test by name, in any spelling.
 */
export function usedInCalls(definition: ConnectorDefinition, method: AuthMethod): (name: string) => boolean {
  const held = known.get(definition)?.get(method);
  if (held) return held;
  const found = findUsed(definition, method);
  const ofDefinition = known.get(definition) ?? new WeakMap<AuthMethod, (name: string) => boolean>();
  known.set(definition, ofDefinition.set(method, found));
  return found;
}

const known = new WeakMap<ConnectorDefinition, WeakMap<AuthMethod, (name: string) => boolean>>();

function findUsed(definition: ConnectorDefinition, method: AuthMethod): (name: string) => boolean {
  const kind = kindOf(method);
  const templates = [
    ...textsIn(method.baseUrl ?? definition.baseUrl ?? []),
    ...all(definition.headers),
    ...all(definition.query),
    ...kind.placements(method).flatMap(placed),
    ...definition.methods.flatMap((m) => [m.endpoint, ...all(m.headers), ...all(m.query)]),
  ];
  const used = new Set(templates.flatMap((text) => mergeFields(text)).map(canonicalName));
  for (const parameter of kind.externalParameters(method)) used.add(canonicalName(parameter.parameter));
  // An OAuth 1 signature takes the consumer's key and secret into every request (RFC 5849 section 3.4.2).
  if (method.type === "OAuth1") for (const name of ["client_id", "client_secret", "private_key"]) used.add(canonicalName(name));
  const parameters = connectorParameters(definition, method);
  for (let grown = true; grown;) {
    grown = false;
    for (const { name, valueTemplate } of parameters) {
      if (valueTemplate === undefined || !used.has(canonicalName(name))) continue;
      for (const field of mergeFields(valueTemplate).map(canonicalName)) {
        if (!used.has(field)) grown = used.add(field) !== undefined;
      }
    }
  }
  return (name) => used.has(canonicalName(name));
}

/** What blocks a call: required values that it makes use of and no layer gives, credentials among them, and mapped ones that are empty. */
export function missingForCall<V>(
  resolved: readonly ResolvedValue<V>[],
  definition: ConnectorDefinition,
  method: AuthMethod,
): readonly ResolvedValue<V>[] {
  const used = usedInCalls(definition, method);
  const external = new Set(
    kindOf(method)
      .externalParameters(method)
      .map((p) => canonicalName(p.parameter)),
  );
  const needed = resolved.filter((r) => used(r.name));
  const blocked = new Set(missingRequired(needed));
  return needed.filter((r) => blocked.has(r) || (r.value === undefined && external.has(canonicalName(r.name))));
}

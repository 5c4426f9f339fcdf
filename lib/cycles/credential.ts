import { usedInCalls } from "@/lib/auth-methods/call-values";
import type { AuthMethod, ConnectorDefinition } from "@/lib/auth-methods/definition";
import { externalParameters } from "@/lib/auth-methods/registry";
import {
  resolveValues,
  type Layer,
  type ValueLayers,
  type ValueRepresentation,
  type ValueSource,
} from "@/lib/auth-methods/resolve";
import { canonicalName } from "@/lib/auth-methods/templates";
import type { CredentialSource, SlotMapping } from "./types";

/** The authentication mappings of a step that are in force: those that say something, whatever the switch says (domain section 5). */
export const authMappings = (mappings: readonly SlotMapping[]): readonly SlotMapping[] =>
  mappings.filter((m) => m.kind === "Authentication" && m.mappingType !== null && m.mappingType !== "Ignore");

/** The parameter of the definition whose place an authentication parameter takes, by the name a mapping has. */
export function mappedParameter(definition: ConnectorDefinition, method: AuthMethod, name: string): string | null {
  const found = externalParameters(definition, method).find((p) => canonicalName(p.name) === canonicalName(name));
  return found?.parameter ?? null;
}

/**
 * The layer of a step: a value for each mapped authentication parameter. In: what each mapping gives by its name; undefined or
 * blank for one that came to nothing, which stays in the layer so that it fails and never falls back to the connector's value.
 */
export function stepLayer<V>(
  definition: ConnectorDefinition,
  method: AuthMethod,
  mappings: readonly SlotMapping[],
  valueOf: (mapping: SlotMapping) => V | null | undefined,
): Layer<V> {
  const layer: Record<string, V | null | undefined> = {};
  for (const mapping of authMappings(mappings)) {
    const parameter = mappedParameter(definition, method, mapping.name);
    if (parameter !== null) layer[parameter] = valueOf(mapping);
  }
  return layer;
}

const SHOWN: Record<ValueSource, CredentialSource["source"]> = {
  Step: "Step",
  Account: "Account",
  Partner: "Partner",
  Definition: "Definition",
  Default: "Definition",
  Missing: "Missing",
};

/**
 * Where each value of a step's credential comes from (domain section 5): the one function that Step Setup, the API, the
 * prerequisites and the run ask. In: the layers below the step and its mappings. Out: an entry a value, never the value.
 */
export function effectiveCredential<V>(input: {
  readonly definition: ConnectorDefinition;
  readonly authMethod: AuthMethod;
  readonly stepId: string;
  readonly layers: Omit<ValueLayers<V>, "step">;
  readonly mappings: readonly SlotMapping[];
  readonly representation: ValueRepresentation<V>;
  /** How a mapped value is represented. */
  readonly mapped: (mapping: SlotMapping) => V | null | undefined;
}): readonly CredentialSource[] {
  const { definition, authMethod, mappings } = input;
  const step = stepLayer(definition, authMethod, mappings, input.mapped);
  const resolved = resolveValues({
    definition,
    authMethod,
    layers: { ...input.layers, step },
    representation: input.representation,
  });
  const used = usedInCalls(definition, authMethod);
  const external = externalParameters(definition, authMethod);
  return resolved
    .filter((r) => r.parameter.source !== "system" && (used(r.name) || (r.source !== "Missing" && r.source !== "Default")))
    .map((r) => {
      const known = external.find((p) => canonicalName(p.parameter) === canonicalName(r.name));
      const mapping = authMappings(mappings).find((m) => known && canonicalName(m.name) === canonicalName(known.name));
      return {
        name: known?.name ?? r.name,
        title: r.title,
        source: SHOWN[r.source],
        used: used(r.name),
        isSensitive: r.secret,
        ...(r.source === "Step" && mapping
          ? { stepId: input.stepId, ...(mapping.mappingType ? { mappingType: mapping.mappingType } : {}) }
          : {}),
      };
    });
}

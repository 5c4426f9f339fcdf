import type { AuthMethod, ConnectorDefinition } from "@/lib/auth-methods/definition";
import { PRESENCE, resolveValues } from "@/lib/auth-methods/resolve";
import { lookup } from "@/lib/auth-methods/templates";
import type { ConnectionView, EffectiveValue } from "./types";
import { accountPresence, presenceOf, type VisibleValue } from "./wizard";

/**
 * Every value that a call through this connection uses, with the layer that supplies it; secrets by their state alone.
 * In: the definition, the partner's values and the connection as pages may see them.
 */
export function effectiveValues(
  definition: ConnectorDefinition,
  authMethod: AuthMethod,
  partnerValues: Readonly<Record<string, VisibleValue>>,
  view: ConnectionView,
): EffectiveValue[] {
  const properties = Object.fromEntries(view.properties.map((p) => [p.name, p]));
  const resolved = resolveValues({
    definition,
    authMethod,
    layers: { partner: presenceOf(partnerValues), account: accountPresence(authMethod, view) },
    representation: PRESENCE,
  });
  return resolved.flatMap((r): EffectiveValue[] => {
    const { source } = r;
    // A step brings its own values, and what arrives by itself and hasn't come is nobody's gap.
    if (source === "Step" || r.parameter.hidden || r.parameter.source === "system") return [];
    if (source === "Missing" && r.parameter.source !== "user") return [];
    const stored =
      source === "Account" ? lookup(properties, r.name) : source === "Partner" ? lookup(partnerValues, r.name) : undefined;
    const held = {
      isSet: true,
      last4: lookup(view.last4, r.name) ?? null,
      setAt: view.obtainedAt,
      setBy: view.obtainedBy,
    };
    return [
      {
        name: r.name,
        title: r.title,
        source,
        isCredential: r.credential,
        isRequired: r.required,
        value: r.secret || r.credential ? null : (stored?.value ?? (typeof r.value === "string" ? r.value : null)),
        secret: stored?.secret ?? (source === "Account" && r.credential ? held : null),
      },
    ];
  });
}

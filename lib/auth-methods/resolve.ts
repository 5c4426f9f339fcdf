import { fail, ok, type Result } from "@/lib/kernel/result";
import { Secret, secret } from "@/lib/kernel/secret";
import type { AuthMethod, ConnectorDefinition, Parameter } from "./definition";
import { connectorParameters, isCredential } from "./registry";
import { canonicalName, lookup, renderTemplate, textOf, type TemplateValue, type TemplateValues } from "./templates";

export type ValueSource = "Step" | "Account" | "Partner" | "Definition" | "Default" | "Missing";

/** Values by parameter name (any spelling of it), as one layer holds them. */
export type Layer<V> = Readonly<Record<string, V | null | undefined>>;

/** What each layer says. `step` holds mapped authentication parameters, `system` what Keyway itself knows (the callback URL). */
export interface ValueLayers<V> {
  readonly step?: Layer<V>;
  readonly account?: Layer<V>;
  readonly partner?: Layer<V>;
  readonly system?: Layer<V>;
}

/** How values are represented: plain or secret text on the server, mere presence in the browser. */
export interface ValueRepresentation<V> {
  /** A value that the definition itself gives. */
  readonly of: (text: string, parameter: Parameter) => V;
  readonly isBlank: (value: V) => boolean;
  /** Its text where it may be seen, for conditions on other parameters. */
  readonly text: (value: V) => string | null;
}

export interface ResolvedValue<V> {
  readonly name: string;
  readonly title: string;
  readonly source: ValueSource;
  /** Authentication can't go on without it. */
  readonly required: boolean;
  readonly secret: boolean;
  /** Part of the credential itself, such as the key or a token. */
  readonly credential: boolean;
  readonly value?: V;
  readonly parameter: Parameter;
}

/** Server side: text, wrapped or not. A secret parameter's own text becomes a Secret. */
export const VALUES: ValueRepresentation<TemplateValue> = {
  of: (text, parameter) => (parameter.secret ? secret(text) : text),
  isBlank: (value) => (textOf(value) ?? "") === "",
  text: (value) => (value instanceof Secret ? null : textOf(value)),
};

/** Browser side: `true` for a value that is there and can't be seen, text for one that can. */
export type Presence = boolean | string;
export const PRESENCE: ValueRepresentation<Presence> = {
  of: (text, parameter) => (parameter.secret ? true : text),
  isBlank: (value) => value === false || value === "",
  text: (value) => (typeof value === "string" ? value : null),
};

interface Found<V> {
  readonly source: ValueSource;
  readonly value?: V;
}

function winner<V>(parameter: Parameter, layers: ValueLayers<V>, kind: ValueRepresentation<V>): Found<V> {
  const at = (layer: Layer<V> | undefined): V | null => {
    const value = layer ? lookup(layer, parameter.name) : undefined;
    return value === undefined || value === null || kind.isBlank(value) ? null : value;
  };
  // A mapping that is there but empty stays the step's: it must fail, never fall back to the connector's value.
  if (layers.step && Object.keys(layers.step).some((k) => canonicalName(k) === canonicalName(parameter.name))) {
    const value = at(layers.step);
    return value === null ? { source: "Step" } : { source: "Step", value };
  }
  if (parameter.fixed !== undefined) return { source: "Definition", value: kind.of(parameter.fixed, parameter) };
  if (parameter.source === "system") {
    const system = at(layers.system);
    if (system !== null) return { source: "Definition", value: system };
  }
  const arrives = parameter.source !== "user";
  if (parameter.level !== "partner" || arrives) {
    const account = at(layers.account);
    if (account !== null) return { source: "Account", value: account };
  }
  if (parameter.level !== "account" && !arrives) {
    const partner = at(layers.partner);
    if (partner !== null) return { source: "Partner", value: partner };
  }
  if (parameter.default !== undefined && parameter.default !== "") {
    return { source: "Default", value: kind.of(String(parameter.default), parameter) };
  }
  return { source: "Missing" };
}

/** In: any list of parameters. Out: for each, which layer supplies it. See {@link resolveValues}. */
export function resolveParameters<V>(
  parameters: readonly Parameter[],
  method: AuthMethod,
  layers: ValueLayers<V>,
  kind: ValueRepresentation<V>,
): readonly ResolvedValue<V>[] {
  const found = new Map(parameters.map((p) => [p, winner(p, layers, kind)]));
  const visible = (p: Parameter): boolean => {
    const condition = p.visibleWhen;
    if (!condition) return true;
    const other = parameters.find((q) => canonicalName(q.name) === canonicalName(condition.parameter));
    const value = other && found.get(other)?.value;
    return value !== undefined && kind.text(value) === condition.equals;
  };
  return parameters.map((parameter) => {
    const { source, value } = found.get(parameter) ?? { source: "Missing" as const };
    return {
      name: parameter.name,
      title: parameter.title,
      source,
      required: parameter.required && parameter.source === "user" && visible(parameter),
      secret: parameter.secret,
      credential: isCredential(method, parameter.name),
      ...(value === undefined ? {} : { value }),
      parameter,
    };
  });
}

/**
 * Which layer wins for every parameter of a connector under one method (domain section 3.5): a step's mapping, a fixed or system
 * value, the account's, the partner's, the default, else Missing; an account value only where the level allows it, and the same
 * for the partner. In: the layers and how values are represented. Out: one entry a parameter, in the order of the install page.
 */
export const resolveValues = <V>(input: {
  readonly definition: ConnectorDefinition;
  readonly authMethod: AuthMethod;
  readonly layers: ValueLayers<V>;
  readonly representation: ValueRepresentation<V>;
}): readonly ResolvedValue<V>[] =>
  resolveParameters(
    connectorParameters(input.definition, input.authMethod),
    input.authMethod,
    input.layers,
    input.representation,
  );

/** Required values that are missing, and mapped ones that are empty. What blocks authentication or the step. */
export const missingRequired = <V>(resolved: readonly ResolvedValue<V>[]): readonly ResolvedValue<V>[] =>
  resolved.filter((r) => (r.source === "Missing" && r.required) || (r.source === "Step" && r.value === undefined));

/** The error for {@link missingRequired}, naming each value; null where nothing is missing. */
export function missingValuesError<V>(resolved: readonly ResolvedValue<V>[]): Result<never> | null {
  const missing = missingRequired(resolved);
  if (missing.length === 0) return null;
  const titles = missing.map((m) => m.title).join(", ");
  return fail("connector.values_missing", `${missing.length === 1 ? "A value is" : "Values are"} missing: ${titles}`, {
    fields: Object.fromEntries(missing.map((m) => [m.name, `${m.title} is missing`])),
    details: { missing: missing.map((m) => m.name) },
  });
}

/** Values ready for a request, with the layer each came from. */
export interface ConnectorValues {
  readonly values: TemplateValues;
  readonly sources: Readonly<Record<string, ValueSource>>;
}

/**
 * Values for `applyAuth` and the OAuth builders from a resolution: composite values (`valueTemplate`) are built here, secret ones
 * are wrapped. In: resolved text. Out: values by name, or the error of a composite that can't be built.
 */
export function connectorValues(resolved: readonly ResolvedValue<TemplateValue>[]): Result<ConnectorValues> {
  const raw: Record<string, TemplateValue> = {};
  const sources: Record<string, ValueSource> = {};
  for (const r of resolved) {
    if (r.value === undefined) continue;
    raw[r.name] = r.secret && !(r.value instanceof Secret) ? secret(textOf(r.value) ?? "") : r.value;
    sources[r.name] = r.source;
  }
  const values: Record<string, TemplateValue> = { ...raw };
  for (const r of resolved) {
    const template = r.parameter.valueTemplate;
    if (template === undefined || r.value === undefined) continue;
    let holdsSecret = r.secret;
    const built = renderTemplate(template, raw, { onSecret: () => (holdsSecret = true) });
    if (!built.ok) return built;
    values[r.name] = holdsSecret ? secret(built.value) : built.value;
  }
  return ok({ values, sources });
}

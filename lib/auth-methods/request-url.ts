import { fail, ok, type Result } from "@/lib/kernel/result";
import type { AuthMethod, ConnectorDefinition, Parameter, Templates } from "./definition";
import { renderUrl } from "./hosts";
import { connectorParameters, kindOf } from "./registry";
import {
  canonicalName,
  hostFields,
  lookup,
  mergeFields,
  renderTemplate,
  type TemplateValue,
  type TemplateValues,
} from "./templates";

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\//i;

const find = (parameters: readonly Parameter[], name: string): Parameter | undefined =>
  parameters.find((p) => canonicalName(p.name) === canonicalName(name));

/** Names parameters by their titles in an error of the template renderer, and calls a refused address what it is. */
export function titledFailure(
  result: { readonly ok: false; readonly error: { code: string } } & Result<never>,
  parameters: readonly Parameter[],
  address: boolean,
): Result<never> {
  const { error } = result;
  const names = Object.keys(error.fields ?? {});
  const title = (name: string): string => find(parameters, name)?.title ?? name;
  if (error.code === "connector.values_missing") {
    return fail(
      "connector.values_missing",
      `${names.length === 1 ? "A value is" : "Values are"} missing: ${names.map(title).join(", ")}`,
      {
        fields: Object.fromEntries(names.map((n) => [n, `${title(n)} is missing`])),
        ...(error.details ? { details: error.details } : {}),
      },
    );
  }
  if (!address) return result;
  const [name] = names;
  return fail(
    "egress.blocked",
    name === undefined ? error.message : `${title(name)} ${error.fields?.[name] ?? "can't be used"}`,
    {
      ...(error.fields ? { fields: error.fields } : {}),
    },
  );
}

/** The template of a method's base address: an address among its placements, its own, else the connector's. */
export function baseTemplate(definition: ConnectorDefinition, method: AuthMethod): Templates | undefined {
  const placed = kindOf(method)
    .placements(method)
    .find((p) => p.in === "path" && isTemplates(p.value) && firstOf(p.value, (t) => hostFields(t) !== null));
  return (placed?.value as Templates | undefined) ?? method.baseUrl ?? definition.baseUrl;
}

export const isTemplates = (value: unknown): value is Templates => typeof value === "string" || Array.isArray(value);
const firstOf = (value: Templates, test: (t: string) => boolean): boolean =>
  test((typeof value === "string" ? value : value[0]) ?? "");

/** A path that starts with a merge field is an address only where the definition says that this value is one. */
function startsWithAddress(path: string, parameters: readonly Parameter[]): boolean {
  if (!path.startsWith("{{")) return false;
  const [name] = mergeFields(path);
  const parameter = name === undefined ? undefined : find(parameters, name);
  return (
    parameter !== undefined && (parameter.format === "uri" || (parameter.source !== "user" && parameter.source !== "system"))
  );
}

/**
 * The address of a call: a path below the method's base URL, or an absolute address of the definition. In: the path template, the
 * connector's values, the call's own merge fields (they win in the path, never in the host). Out: the URL and the template that
 * decided its host; `egress.blocked` where a value may not be used as an address.
 */
export function requestUrl(input: {
  readonly definition: ConnectorDefinition;
  readonly authMethod: AuthMethod;
  readonly values: TemplateValues;
  readonly path: string;
  readonly mergeFields?: Readonly<Record<string, string>>;
  readonly onSecret?: (text: string) => void;
}): Result<{ readonly url: string; readonly template: Templates }> {
  const { definition, authMethod, values, path } = input;
  const parameters = connectorParameters(definition, authMethod);
  const own = input.mergeFields ?? {};
  const merged: TemplateValues = Object.keys(own).length > 0 ? { ...withoutKeys(values, Object.keys(own)), ...own } : values;
  const isSecret = (name: string): boolean => lookup(own, name) === undefined && (find(parameters, name)?.secret ?? false);
  const notify = input.onSecret ? { onSecret: input.onSecret } : {};

  if (ABSOLUTE.test(path) || startsWithAddress(path, parameters)) {
    const fields = hostFields(path)?.names ?? [];
    const safe: TemplateValues = {
      ...merged,
      ...Object.fromEntries(fields.map((n): [string, TemplateValue] => [n, lookup(values, n)])),
    };
    const url = renderUrl(path, safe, parameters, input.onSecret);
    return url.ok ? ok({ url: url.value, template: path }) : titledFailure(url, parameters, true);
  }
  const template = baseTemplate(definition, authMethod);
  if (template === undefined) return fail("request.invalid", `${definition.name} has no base URL`);
  const base = renderUrl(template, values, parameters, input.onSecret);
  if (!base.ok) return titledFailure(base, parameters, true);
  const rendered = renderTemplate(path, merged, { encode: "segment", relative: true, isSecret, ...notify });
  if (!rendered.ok) return titledFailure(rendered, parameters, false);
  const tail = rendered.value;
  const joint = tail === "" || tail.startsWith("/") || tail.startsWith("?") ? "" : "/";
  return ok({ url: `${base.value.replace(/\/+$/, tail === "" ? "$&" : "")}${joint}${tail}`, template });
}

function withoutKeys(values: TemplateValues, names: readonly string[]): TemplateValues {
  const gone = new Set(names.map(canonicalName));
  return Object.fromEntries(Object.entries(values).filter(([key]) => !gone.has(canonicalName(key))));
}

import type { Field, MethodDefinition, MethodParameter } from "@/lib/auth-methods/definition";
import { engineWord, IGNORE_WORD } from "@/lib/auth-methods/engine-words";
import { withValueAt } from "@/lib/auth-methods/request-body";
import { fail, ok, type Result } from "@/lib/kernel/result";
import type { MethodCall } from "./call-scripts";

/** What a call is given: values by parameter name and by field path; a value that isn't text goes into the body as it is. */
export interface MethodInput {
  readonly parameters: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Names of parameters and paths of fields that are left out, whatever their default. */
  readonly ignored?: ReadonlySet<string>;
}

type Typed = MethodParameter["type"] | Field["type"];

/** A typed value for a body. Errors: the sentence names the title and what was expected. */
function typed(title: string, type: Typed, value: unknown): Result<unknown> {
  if (Array.isArray(value)) return typedEntries(title, type, value);
  if (typeof value !== "string") return ok(value);
  const text = value.trim();
  if (type === "Integer" || type === "Float" || type === "Decimal") {
    const number = Number(text);
    if (text === "" || !Number.isFinite(number) || (type === "Integer" && !Number.isInteger(number))) {
      return fail("request.invalid", `${title} has to be ${type === "Integer" ? "a whole number" : "a number"}.`);
    }
    return ok(number);
  }
  if (type === "Boolean") {
    if (!/^(true|false)$/i.test(text)) return fail("request.invalid", `${title} has to be true or false.`);
    return ok(text.toLowerCase() === "true");
  }
  if (type === "DateTime" && Number.isNaN(Date.parse(text))) return fail("request.invalid", `${title} has to be a date.`);
  return ok(value);
}

function typedEntries(title: string, type: Typed, values: readonly unknown[]): Result<unknown[]> {
  const out: unknown[] = [];
  for (const value of values) {
    const entry = typed(title, type, value);
    if (!entry.ok) return entry;
    out.push(entry.value);
  }
  return ok(out);
}

const hasBody = (method: MethodDefinition): boolean => method.httpMethod !== "GET";

/**
 * The call of a method with its values, before authentication. In: the method and the values a person or a step gives.
 * Out: the call; else `request.invalid` with every missing or wrong value by name, or for a name that the method doesn't have.
 */
export function methodCall(method: MethodDefinition, input: MethodInput): Result<MethodCall> {
  const problems: Record<string, string> = {};
  const headers: Record<string, string> = {};
  const query: Record<string, string> = {};
  const mergeFields: Record<string, string> = {};
  const scriptParameters: Record<string, string> = {};
  const filters: { path: string; value: string }[] = [];
  const unsent: string[] = [];
  for (const name of Object.keys(input.parameters)) {
    if (!method.parameters.some((p) => p.name === name)) problems[name] = `${method.name} has no parameter ${name}.`;
  }
  for (const parameter of method.parameters) {
    if (input.ignored?.has(parameter.name)) continue;
    const word = engineWord(parameter);
    if (word === IGNORE_WORD) unsent.push(parameter.name);
    if (word !== null) continue;
    const value = input.parameters[parameter.name] || parameter.default || "";
    if (value === "") {
      if (!parameter.optional) problems[parameter.name] = `${parameter.title} is required.`;
      continue;
    }
    const checked = typed(parameter.title, parameter.type, value);
    if (!checked.ok) problems[parameter.name] = checked.error.message;
    if (parameter.targetType === "HttpHeader") headers[parameter.targetName] = value;
    if (parameter.targetType === "QueryString") query[parameter.targetName] = value;
    if (parameter.targetType === "Script") scriptParameters[parameter.targetName] = value;
    if (parameter.targetType === "MergeField") mergeFields[parameter.targetName] = value;
    if (parameter.targetType === "FilterField") filters.push({ path: parameter.targetName, value });
  }
  let body: unknown;
  for (const path of Object.keys(input.fields)) {
    if (!method.requestFields.some((f) => f.path === path)) problems[path] = `${method.name} has no field ${path}.`;
  }
  for (const field of method.requestFields) {
    if (input.ignored?.has(field.path)) continue;
    const value = input.fields[field.path] ?? field.default;
    if (value === undefined || value === null || value === "") {
      if (!field.optional) problems[field.path] = `${field.title} is required.`;
      continue;
    }
    const checked = typed(field.title, field.type, value);
    if (checked.ok) body = withValueAt(body, field.path, checked.value);
    else problems[field.path] = checked.error.message;
  }
  const first = Object.values(problems)[0];
  if (first !== undefined) return fail("request.invalid", first, { fields: problems });
  return ok({
    method: method.httpMethod,
    path: method.endpoint,
    mergeFields,
    headers,
    query,
    headerTemplates: method.headers,
    queryTemplates: method.query,
    body: hasBody(method) ? body : undefined,
    bodyFormat: method.bodyFormat,
    script: method.script || undefined,
    rateLimit: method.rateLimit,
    scriptParameters,
    filters: filters.length > 0 ? filters : undefined,
    unsent: unsent.length > 0 ? unsent : undefined,
  });
}

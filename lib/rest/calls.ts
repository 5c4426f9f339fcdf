import { z } from "@hono/zod-openapi";
import type { AccountScope } from "@/lib/access/types";
import { withCustomFields } from "@/lib/auth-methods/custom-fields";
import type { MethodDefinition } from "@/lib/auth-methods/definition";
import { methodGuid } from "@/lib/auth-methods/identifiers";
import { PassedOn } from "@/lib/doors/rest-answer";
import { accountEndpoint } from "@/lib/doors/rest";
import { integerId } from "@/lib/doors/rest-input";
import { installedShape, type InstalledShape } from "@/lib/installs/data";
import { isGuid } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { soon, type Soon } from "@/lib/kernel/soon";
import { callMethod, type AnsweredCall } from "@/lib/run/call";
import { runTrigger } from "@/lib/run/trigger";
import { boundConnector, noAccountConnector, shownConnector } from "./account-connector-view";
import type { ShownConnector } from "./connector-view";
import { installedNumbers, methodPlace, type MethodNumbers } from "./numbers";

const TAG = "Data on Demand";

const methodKey = z.string().min(1).max(100).openapi({ description: "Id or MethodUniqueIdentifier of the method." });
const params = { id: integerId("id"), method: methodKey };

const values = (what: string) =>
  z
    .record(z.string().max(500), z.unknown())
    .nullish()
    .openapi({ description: `Values by ${what} id.`, type: "object", additionalProperties: {} });

const callInput = z.strictObject({ Parameters: values("parameter"), Fields: values("field") }).openapi("MethodCall");

const noMethod = fail("object.not_found", "This connector has no such method.");

interface Target {
  readonly method: MethodDefinition;
  readonly numbers: MethodNumbers;
}

/** The method of an address. Errors: `request.invalid` for a badly formed GUID, `object.not_found`. */
function methodOf(
  { definition, releaseId }: ShownConnector,
  custom: InstalledShape["customFields"],
  key: string,
): Result<Target> {
  const { slug, methods } = withCustomFields(definition, custom);
  const isNumber = /^-?\d{1,10}$/.test(key);
  if (!isNumber && !isGuid(key)) return fail("request.invalid", "method has to be an integer or a GUID.");
  const place = isNumber ? methodPlace(Number(key)) : null;
  const method = place
    ? methods[place.releaseId === releaseId ? place.index : -1]
    : methods.find((m) => methodGuid(slug, m).toLowerCase() === key.toLowerCase());
  const numbers = method && !method.hidden ? installedNumbers(definition, method.id, custom) : null;
  return method && numbers ? ok({ method, numbers }) : noMethod;
}

const targets = new WeakMap<InstalledShape, Map<string, Result<Target>>>();

/** Found once for an installed connector as it is. Errors: as of `methodOf`, and `object.not_found` for the connector. */
const targetOf = (scope: AccountScope, id: number, key: string): Soon<Result<Target>> =>
  soon(installedShape(scope, id), (shape): Soon<Result<Target>> => {
    const known = shape && targets.get(shape)?.get(key);
    if (!shape || known) return known ?? noAccountConnector;
    return soon(shownConnector(scope, shape), (connector) => {
      if (!connector) return noAccountConnector;
      const found = methodOf(connector, shape.customFields, key);
      // What isn't there is no reason to keep whatever is asked for.
      if (found.ok) targets.set(shape, (targets.get(shape) ?? new Map<string, Result<Target>>()).set(key, found));
      return found;
    });
  });

/** Values by number as values by name. Errors: `request.invalid` for a number that the method doesn't have. */
function byName<V>(
  what: string,
  given: Readonly<Record<string, unknown>> | null | undefined,
  numbers: ReadonlyMap<string, number>,
  read: (value: unknown) => V | undefined,
): Result<Record<string, V>> {
  const entries = Object.entries(given ?? {});
  if (entries.length === 0) return ok({});
  const names = new Map([...numbers].map(([name, number]) => [String(number), name]));
  const out: [string, V][] = [];
  for (const [number, value] of entries) {
    const name = names.get(number.trim());
    if (name === undefined) return fail("request.invalid", `The method has no ${what} with the id ${number}.`);
    if (value === null) continue;
    const text = read(value);
    if (text === undefined) return fail("request.invalid", `The ${what} ${number} has to be a single value.`);
    out.push([name, text]);
  }
  return ok(Object.fromEntries(out));
}

const scalar = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;

/** A provider's answer is shown as JSON or as plain text, never as a page of this origin. */
const contentType = (headers: Readonly<Record<string, string>>): string =>
  /^application\/([\w.-]+\+)?json\b/i.test(headers["content-type"] ?? "")
    ? "application/json; charset=utf-8"
    : "text/plain; charset=utf-8";

const call = (scope: AccountScope, id: number, key: string, input: z.output<typeof callInput>): Soon<Result<PassedOn>> =>
  soon(targetOf(scope, id, key), (target) => {
    if (!target.ok) return target;
    const { method, numbers } = target.value;
    const parameters = byName("parameter", input.Parameters, numbers.parameters, scalar);
    if (!parameters.ok) return parameters;
    const fields = byName("field", input.Fields, numbers.requestFields, (value) => value);
    if (!fields.ok) return fields;
    const called = callMethod(scope, id, { methodId: method.id, parameters: parameters.value, fields: fields.value });
    return soon(called, passedOn);
  });

function passedOn(called: Result<AnsweredCall>): Result<PassedOn> {
  if (!called.ok) return called;
  const { accepted, response } = called.value;
  if (accepted) return ok(new PassedOn(response.body, contentType(response.headers)));
  const { status, headers, body } = response;
  return fail("provider.rejected", `The provider answered with ${status}.`, {
    details: { response: { Status: status, Headers: headers, Body: body } },
  });
}

const shared = {
  permission: "installs.call",
  tag: TAG,
  params,
  errors: [502, 504],
  answer: z.unknown().openapi({ description: "The provider's own answer, with every secret replaced." }),
} as const;

const calls = (["methods", "test"] as const).flatMap((what) => [
  accountEndpoint({
    ...shared,
    method: "get",
    path: `/account/connectors/{id}/${what}/{method}`,
    summary: what === "methods" ? "Call a method without values" : "Test a method without values",
    handle: ({ scope, params: { id, method } }) => call(scope, id, method, {}),
  }),
  accountEndpoint({
    ...shared,
    method: "post",
    path: `/account/connectors/{id}/${what}/{method}`,
    summary: what === "methods" ? "Call a method" : "Test a method",
    body: callInput,
    singleQuotes: true,
    handle: ({ scope, params: { id, method }, body }) => call(scope, id, method, body),
  }),
]);

const choiceSchema = z.object({ Name: z.string(), Value: z.string() }).openapi("Choice");

export const callEndpoints = [
  ...calls,
  accountEndpoint({
    method: "post",
    path: "/account/connectors/{id}/triggers/{triggerId}",
    permission: "installs.call",
    tag: TAG,
    summary: "Run a look-up",
    params: { id: integerId("id"), triggerId: integerId("triggerId") },
    errors: [502, 504],
    answer: z.array(choiceSchema),
    handle: async ({ scope, params: { id, triggerId } }) => {
      const bound = await boundConnector(scope, id);
      if (!bound.ok) return bound;
      const lookup = bound.value.connector.definition.lookups[triggerId - 1];
      if (!lookup) return fail("object.not_found", "There is no such trigger.");
      const choices = await runTrigger(scope, id, lookup);
      return choices.ok ? ok(choices.value.map((c) => ({ Name: c.name, Value: c.value }))) : choices;
    },
  }),
];

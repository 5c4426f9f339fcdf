import type { Field } from "@/lib/auth-methods/definition";
import { methodGuid } from "@/lib/auth-methods/identifiers";
import { authMappings } from "./credential";
import { earlierSteps, inOrder } from "./graph";
import { isAuthenticated, methodOf, stepCredential, stepPrerequisites, type CycleFacts } from "./policy";
import { authenticationSlots, fieldSlots, operandSlots, parameterSlots } from "./slots";
import type { CycleStep, SourceField, SourceStep, StepSetup } from "./types";

const MAX_FIELDS = 300;
const MAX_SAMPLE = 120;

const sampleOf = (value: unknown): string | null => {
  if (value === undefined) return null;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > MAX_SAMPLE ? `${text.slice(0, MAX_SAMPLE)}…` : text;
};

/** The leaves of an output by path: `contact.email`, `[data].id` for what is in a list. The first item of a list stands for all. */
export function fieldsOfOutput(output: unknown, prefix = "", depth = 0): SourceField[] {
  if (typeof output !== "object" || output === null || Array.isArray(output) || depth > 8) return [];
  return Object.entries(output)
    .flatMap(([key, value]): SourceField[] => {
      const path = prefix === "" ? key : `${prefix}.${key}`;
      if (Array.isArray(value)) {
        const inList = prefix === "" ? `[${key}]` : `${prefix}.[${key}]`;
        return [
          { path, title: path, dataType: "List", sample: `${value.length} items` },
          ...fieldsOfOutput(value[0], inList, depth + 1),
        ];
      }
      if (typeof value === "object" && value !== null) return fieldsOfOutput(value, path, depth + 1);
      const dataType = typeof value === "number" ? "Decimal" : typeof value === "boolean" ? "Boolean" : "Text";
      return [{ path, title: path, dataType, sample: sampleOf(value) }];
    })
    .slice(0, MAX_FIELDS);
}

const declared = (field: Field): SourceField => ({ path: field.path, title: field.title, dataType: field.type, sample: null });

/** What a trigger puts out, whatever arrives. */
const triggerFields = (step: CycleStep): SourceField[] =>
  step.trigger === "Schedule" ? [{ path: "scheduledAt", title: "Scheduled at", dataType: "DateTime", sample: null }] : [];

/** Declared fields first, with what the last run saw as a sample; then what only the last run knows of. */
function merged(known: readonly SourceField[], seen: readonly SourceField[]): SourceField[] {
  const samples = new Map(seen.map((f) => [f.path, f.sample]));
  const names = new Set(known.map((f) => f.path));
  return [...known.map((f) => ({ ...f, sample: samples.get(f.path) ?? null })), ...seen.filter((f) => !names.has(f.path))];
}

/** The steps before a step and the fields they put out, from the definitions and from the last run's data. */
function sourceSteps(facts: CycleFacts, stepId: string, outputs: ReadonlyMap<string, unknown>): readonly SourceStep[] {
  const order = inOrder(facts.cycle);
  return earlierSteps(facts.cycle, stepId).map((step) => {
    const connection = step.accountConnectorId === null ? undefined : facts.connections.get(step.accountConnectorId);
    const method = connection && methodOf(connection, step);
    const known = step.kind === "Trigger" ? triggerFields(step) : (method?.responseFields ?? []).map(declared);
    return {
      stepId: step.id,
      alias: step.alias,
      name: step.name,
      number: order.findIndex((s) => s.id === step.id) + 1,
      fields: merged(known, fieldsOfOutput(outputs.get(step.id))),
    };
  });
}

/** Everything that Step Setup shows. Out: null where the cycle has no such step. */
export function stepSetup(input: {
  readonly facts: CycleFacts;
  readonly stepId: string;
  readonly accountName: string;
  readonly outputs: ReadonlyMap<string, unknown>;
}): StepSetup | null {
  const { facts, stepId } = input;
  const { cycle } = facts;
  const step = cycle.steps.find((s) => s.id === stepId);
  if (!step) return null;
  const order = inOrder(cycle);
  const connection = step.accountConnectorId === null ? undefined : facts.connections.get(step.accountConnectorId);
  const method = connection && methodOf(connection, step);
  const authentication = connection ? authenticationSlots(connection.definition, connection.authMethod, step) : [];
  const inForce = new Set(authMappings(step.mappings).map((m) => m.name));
  const isOn = step.useExternalAuthentication;
  const isShown = isOn && facts.isExternalAllowed;
  const mapped = authentication.filter((slot) => inForce.has(slot.name));
  return {
    cycle: { id: cycle.id, name: cycle.name, accountId: cycle.accountId, accountName: input.accountName, status: cycle.status },
    step,
    number: order.findIndex((s) => s.id === step.id) + 1,
    stepCount: order.length,
    connection: connection
      ? {
          id: connection.id,
          name: connection.name,
          connectorName: connection.connectorName,
          connectorSlug: connection.connectorSlug,
          iconUrl: connection.iconUrl,
          update: connection.update,
          state: connection.state,
          authType: connection.authMethod.type,
          isAuthenticated: isAuthenticated(connection),
        }
      : null,
    method: method
      ? {
          id: method.id,
          uniqueIdentifier: methodGuid(connection.definition.slug, method),
          name: method.name,
          description: method.description ?? null,
          httpMethod: method.httpMethod,
          endpoint: method.endpoint,
          mayHaveRawBody: method.httpMethod !== "GET" && method.bodyFormat === "json",
        }
      : null,
    parameters: method ? parameterSlots(method, step) : [],
    fields: method ? fieldSlots(method, step) : [],
    operands: operandSlots(step),
    authentication: isShown ? authentication : mapped,
    externalAuthentication: {
      isAllowed: facts.isExternalAllowed,
      isOn,
      stillMapped: isShown ? [] : mapped.map((slot) => slot.title),
      hasParameters: authentication.length > 0,
    },
    effectiveCredential: connection ? stepCredential(connection, step) : [],
    sources: sourceSteps(facts, stepId, input.outputs),
    variables: cycle.variables,
    prerequisites: stepPrerequisites(facts, step),
  };
}

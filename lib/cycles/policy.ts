import type { AuthMethod, ConnectorDefinition, MethodDefinition } from "@/lib/auth-methods/definition";
import type { Layer, Presence } from "@/lib/auth-methods/resolve";
import { PRESENCE } from "@/lib/auth-methods/resolve";
import type { ConnectionState } from "@/lib/installs/constants";
import type { AvailableUpdate } from "@/lib/catalog/types";
import { PREREQUISITE_CODES as CODES, type PrerequisiteCode } from "./constants";
import { effectiveCredential } from "./credential";
import { earlierSteps, unreachable } from "./graph";
import { referencesIn } from "./merge";
import { authenticationSlots, fieldSlots, operandSlots, parameterSlots } from "./slots";
import type { CredentialSource, Cycle, CycleStep, Prerequisite, Slot } from "./types";

/** An installed connector as the rules see it: what is there, never a value that is secret. */
export interface ConnectionFacts {
  readonly id: number;
  readonly name: string;
  readonly definition: ConnectorDefinition;
  readonly authMethod: AuthMethod;
  readonly hasCredential: boolean;
  readonly isDisabled: boolean;
  readonly state: ConnectionState;
  readonly connectorName: string;
  readonly connectorSlug: string;
  readonly iconUrl: string | null;
  readonly update: AvailableUpdate | null;
  readonly account: Layer<Presence>;
  readonly partner: Layer<Presence>;
}

export interface CycleFacts {
  readonly cycle: Cycle;
  readonly connections: ReadonlyMap<number, ConnectionFacts>;
  /** The administrator has External Authentication on for the partner. */
  readonly isExternalAllowed: boolean;
}

export const methodOf = (connection: ConnectionFacts, step: Pick<CycleStep, "methodId">): MethodDefinition | undefined =>
  connection.definition.methods.find((m) => m.id === step.methodId);

/** Whether an installed connector may be called as it is. */
export const isAuthenticated = (connection: ConnectionFacts): boolean =>
  connection.authMethod.type === "None" || connection.hasCredential;

/** The sources of a step's credential; a mapping counts as present without being looked into. */
export const stepCredential = (connection: ConnectionFacts, step: CycleStep): readonly CredentialSource[] =>
  effectiveCredential({
    definition: connection.definition,
    authMethod: connection.authMethod,
    stepId: step.id,
    layers: { account: connection.account, partner: connection.partner },
    mappings: step.mappings,
    representation: PRESENCE,
    mapped: () => true,
  });

/** Whether a mapping says something that can come to a value, as far as that can be known before a run. */
function isComplete(facts: CycleFacts, step: CycleStep, slot: Slot): boolean {
  const { mapping } = slot;
  const earlier = earlierSteps(facts.cycle, step.id);
  const variables = new Set(facts.cycle.variables.map((v) => v.systemName));
  switch (mapping.mappingType) {
    case null:
      return false;
    case "Ignore":
      return true;
    case "StaticValue": {
      if (mapping.secret) return true;
      if (mapping.value === null || mapping.value === "") return false;
      return referencesIn(mapping.value).every(
        (r) => r.kind === "run" || (r.kind === "variable" ? variables.has(r.name) : earlier.some((s) => s.alias === r.alias)),
      );
    }
    case "ValueList":
      return (mapping.value ?? "") !== "";
    case "StepOutput":
      return (mapping.sourceField ?? "") !== "" && earlier.some((s) => s.id === mapping.sourceStepId);
    case "Variable":
      return mapping.variable !== null && variables.has(mapping.variable);
    case "Lookup":
      return (mapping.triggerValue ?? "") !== "";
  }
}

type Objects = Prerequisite["objectType"];

function entry(
  code: PrerequisiteCode,
  reason: string,
  objectType: Objects,
  objectId: string,
  at?: { step: CycleStep; slot?: Slot },
): Prerequisite {
  return {
    code,
    reason,
    objectType,
    objectId,
    stepId: at?.step.id ?? null,
    slot: at?.slot ? { kind: at.slot.kind, name: at.slot.name } : null,
  };
}

function missingSlots(facts: CycleFacts, step: CycleStep, slots: readonly Slot[]): Prerequisite[] {
  return slots
    .filter((slot) => (slot.required || slot.mapping.mappingType !== null) && !isComplete(facts, step, slot))
    .map((slot) => {
      const isField = slot.kind === "Field";
      return entry(
        isField ? CODES.missingField : CODES.missingParameter,
        `${step.name}: ${slot.title} has no value.`,
        isField ? "ConnectorFieldMapping" : "Parameter",
        slot.name,
        { step, slot },
      );
    });
}

function actionPrerequisites(facts: CycleFacts, step: CycleStep): Prerequisite[] {
  const connection = step.accountConnectorId === null ? undefined : facts.connections.get(step.accountConnectorId);
  const method = connection && methodOf(connection, step);
  if (!connection || !method) {
    return [entry(CODES.missingMapping, `${step.name}: choose a connection and a method.`, "Action", step.id, { step })];
  }
  const external = step.useExternalAuthentication && facts.isExternalAllowed;
  const out: Prerequisite[] = [];
  if (!isAuthenticated(connection) && !external) {
    out.push(
      entry(CODES.unauthenticated, `${connection.name} is not authenticated.`, "AccountConnector", String(connection.id), {
        step,
      }),
    );
  }
  const slots = [...parameterSlots(method, step), ...(step.rawBody === null ? fieldSlots(method, step) : [])];
  const authentication = authenticationSlots(connection.definition, connection.authMethod, step);
  const sources = stepCredential(connection, step);
  // With the switch on, a value is asked for where no layer has one; a mapping that was begun is to be whole in any case.
  const asked = authentication.filter((slot) => {
    if (slot.mapping.mappingType !== null && slot.mapping.mappingType !== "Ignore") return true;
    return external && sources.some((s) => s.name === slot.name && s.used && s.source === "Missing");
  });
  return [...out, ...missingSlots(facts, step, [...slots, ...asked])];
}

function toolPrerequisites(facts: CycleFacts, step: CycleStep): Prerequisite[] {
  const missing = (code: PrerequisiteCode, reason: string) => [
    entry(code, `${step.name}: ${reason}`, "Action", step.id, { step }),
  ];
  if (step.kind === "Condition") {
    if (step.operator === null) return missing(CODES.decisionCriteria, "choose how to compare.");
    return operandSlots(step)
      .filter((slot) => !isComplete(facts, step, slot))
      .map((slot) => {
        const code = slot.name === "left" ? CODES.leftOperand : CODES.rightOperand;
        return entry(code, `${step.name}: ${slot.title} has no value.`, "Action", step.id, { step, slot });
      });
  }
  if (step.kind === "Delay") {
    return [
      ...(step.delay?.unit ? [] : missing(CODES.delayUnit, "choose the unit of the delay.")),
      ...(step.delay?.interval ? [] : missing(CODES.delayInterval, "say how long to wait.")),
    ];
  }
  if (step.kind === "Transform" && (step.script ?? "").trim() === "") return missing(CODES.missingMapping, "write its script.");
  return [];
}

/** What one step lacks before its cycle can run. */
export function stepPrerequisites(facts: CycleFacts, step: CycleStep): readonly Prerequisite[] {
  return step.kind === "Action" ? actionPrerequisites(facts, step) : toolPrerequisites(facts, step);
}

/**
 * Everything that keeps a cycle from running, with the reason codes of the API; empty where it may run. An unauthenticated
 * connector is named once, however many steps use it.
 */
export function prerequisites(facts: CycleFacts): readonly Prerequisite[] {
  const { cycle } = facts;
  const out: Prerequisite[] = [];
  if (cycle.steps.length < 2) out.push(entry(CODES.tooFewSteps, "A cycle needs a trigger and one more step.", "Cycle", cycle.id));
  const triggers = cycle.steps.filter((s) => s.kind === "Trigger");
  if (triggers.length !== 1) out.push(entry(CODES.notConnected, "A cycle needs exactly one trigger.", "Cycle", cycle.id));
  for (const step of triggers.length === 1 ? unreachable(cycle) : []) {
    out.push(entry(CODES.notConnected, `${step.name} isn't connected to the other steps.`, "Action", step.id, { step }));
  }
  for (const step of cycle.steps) out.push(...stepPrerequisites(facts, step));
  const seen = new Set<string>();
  return out.filter((p) => {
    if (p.objectType !== "AccountConnector") return true;
    const isNew = !seen.has(p.objectId);
    seen.add(p.objectId);
    return isNew;
  });
}

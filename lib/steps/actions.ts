"use server";

import { revalidatePath } from "next/cache";
import {
  addStepInput,
  connectStepsInput,
  cycleInput,
  edgeInput,
  externalAuthenticationInput,
  moveStepInput,
  saveStepSetupInput,
  saveVariableInput,
  stepInput,
  updateStepInput,
  variableInput,
} from "@/lib/cycles/schema";
import { accountAction } from "@/lib/doors/action";
import {
  addStep,
  connectSteps,
  disconnectSteps,
  moveStep,
  removeAuthenticationMappings,
  removeStep,
  removeVariable,
  saveStepSetup,
  saveVariable,
  setExternalAuthentication,
  setWebhookSecret,
  updateStep,
} from "./mutations";

/** What the builder and Step Setup show of a cycle is stale after a change. */
const shown = (cycleId: string): void => revalidatePath(`/cycles/${cycleId}`, "layout");

export const addStepAction = accountAction("step.add", "cycles.write")
  .inputSchema(addStepInput)
  .action(async ({ parsedInput: { accountId: _, cycleId, ...input }, ctx }) => {
    const made = await addStep(ctx.scope, cycleId, input);
    shown(cycleId);
    return made;
  });

export const updateStepAction = accountAction("step.update", "cycles.write")
  .inputSchema(updateStepInput)
  .action(async ({ parsedInput: { accountId: _, cycleId, stepId, ...change }, ctx }) => {
    const done = await updateStep(ctx.scope, cycleId, stepId, change);
    shown(cycleId);
    return done;
  });

export const moveStepAction = accountAction("step.move", "cycles.write")
  .inputSchema(moveStepInput)
  .action(async ({ parsedInput: { cycleId, stepId, after }, ctx }) => {
    const done = await moveStep(ctx.scope, cycleId, stepId, after);
    shown(cycleId);
    return done;
  });

export const removeStepAction = accountAction("step.remove", "cycles.write")
  .inputSchema(stepInput)
  .action(async ({ parsedInput: { cycleId, stepId }, ctx }) => {
    const done = await removeStep(ctx.scope, cycleId, stepId);
    shown(cycleId);
    return done;
  });

export const connectStepsAction = accountAction("step.connect", "cycles.write")
  .inputSchema(connectStepsInput)
  .action(async ({ parsedInput: { cycleId, headStepId, tailStepId, type }, ctx }) => {
    const made = await connectSteps(ctx.scope, cycleId, { headStepId, tailStepId, type });
    shown(cycleId);
    return made;
  });

export const disconnectStepsAction = accountAction("step.disconnect", "cycles.write")
  .inputSchema(edgeInput)
  .action(async ({ parsedInput: { cycleId, edgeId }, ctx }) => {
    const done = await disconnectSteps(ctx.scope, cycleId, edgeId);
    shown(cycleId);
    return done;
  });

export const saveStepSetupAction = accountAction("step.setup", "cycles.write")
  .inputSchema(saveStepSetupInput)
  .action(async ({ parsedInput: { cycleId, stepId, mappings, step }, ctx }) => {
    const done = await saveStepSetup(ctx.scope, cycleId, stepId, { mappings, step });
    shown(cycleId);
    return done;
  });

export const setStepExternalAuthenticationAction = accountAction("step.external-authentication", "cycles.write")
  .inputSchema(externalAuthenticationInput)
  .action(async ({ parsedInput: { cycleId, stepId, on }, ctx }) => {
    const done = await setExternalAuthentication(ctx.scope, cycleId, stepId, on);
    shown(cycleId);
    return done;
  });

export const removeAuthenticationMappingsAction = accountAction("step.remove-authentication-mappings", "cycles.write")
  .inputSchema(stepInput)
  .action(async ({ parsedInput: { cycleId, stepId }, ctx }) => {
    const done = await removeAuthenticationMappings(ctx.scope, cycleId, stepId);
    shown(cycleId);
    return done;
  });

export const saveVariableAction = accountAction("variable.save", "cycles.write")
  .inputSchema(saveVariableInput)
  .action(async ({ parsedInput: { cycleId, variable }, ctx }) => {
    const done = await saveVariable(ctx.scope, cycleId, variable);
    shown(cycleId);
    return done;
  });

export const removeVariableAction = accountAction("variable.remove", "cycles.write")
  .inputSchema(variableInput)
  .action(async ({ parsedInput: { cycleId, systemName }, ctx }) => {
    const done = await removeVariable(ctx.scope, cycleId, systemName);
    shown(cycleId);
    return done;
  });

export const makeWebhookSecretAction = accountAction("webhook.make-secret", "cycles.write")
  .inputSchema(cycleInput)
  .action(async ({ parsedInput: { cycleId }, ctx }) => {
    const made = await setWebhookSecret(ctx.scope, cycleId, true);
    shown(cycleId);
    return made;
  });

export const clearWebhookSecretAction = accountAction("webhook.clear-secret", "cycles.write")
  .inputSchema(cycleInput)
  .action(async ({ parsedInput: { cycleId }, ctx }) => {
    const done = await setWebhookSecret(ctx.scope, cycleId, false);
    shown(cycleId);
    return done;
  });

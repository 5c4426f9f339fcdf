"use server";

import { revalidatePath } from "next/cache";
import { accountAction, partnerAction, publicAction } from "@/lib/doors/action";
import { linkSession } from "@/lib/oauth/link-session";
import { completeLink } from "@/lib/oauth/mutations";
import { linkSchema } from "@/lib/oauth/schema";
import { callMethod } from "./call";
import { activateCycle, cancelTransaction, deactivateCycle, resumeTransaction, runOnceWith } from "./mutations";
import {
  callMethodSchema,
  scriptTestSchema,
  tryDraftSchema,
  verifySchema,
  activateCycleInput,
  deactivateCycleInput,
  runOnceInput,
  testStepInput,
  transactionInput,
} from "./schema";
import { runScriptTest } from "./script-test";
import { tryDraft } from "./try-draft";
import { testStep } from "./test-step";
import { verifyConnection } from "./verify";

/** Calls a method with the connection's credential. Out: the exchange, redacted. */
export const callMethodAction = accountAction("connection.call", "installs.call")
  .inputSchema(callMethodSchema)
  .action(async ({ parsedInput, ctx }) => callMethod(ctx.scope, parsedInput.id, parsedInput));

/** Runs the test call of a connection and keeps its result. */
export const verifyAction = accountAction("connection.verify", "installs.write")
  .inputSchema(verifySchema)
  .action(async ({ parsedInput, ctx }) => verifyConnection(ctx.scope, parsedInput.id));

/** Runs the test call for the holder of a connect link. What works ends the link; what was refused can be entered again. */
export const linkVerifyAction = publicAction("link.verify")
  .inputSchema(linkSchema)
  .action(async ({ parsedInput: { publicId } }) => {
    const session = await linkSession(publicId);
    if (!session.ok) return session;
    const { link, scope } = session.value;
    const verified = await verifyConnection(scope, link.accountConnectorId);
    if (verified.ok) await completeLink(link.id);
    return verified;
  });

/** Runs a script on made-up variables. Out: how it went, also where it failed. */
export const testScriptAction = partnerAction("script.test", "library.setup")
  .inputSchema(scriptTestSchema)
  .action(async ({ parsedInput, ctx }) => runScriptTest(ctx.scope, parsedInput));

/** Calls a method of a connector that is being made, with a credential that is typed for it. Out: the exchange, redacted. */
export const tryDraftAction = partnerAction("custom_connector.try", "connectors.write")
  .inputSchema(tryDraftSchema)
  .action(async ({ parsedInput, ctx }) => tryDraft(ctx.scope, parsedInput));

export const activateCycleAction = accountAction("cycle.activate", "cycles.run")
  .inputSchema(activateCycleInput)
  .action(async ({ parsedInput: { cycleId, ...given }, ctx }) => {
    const active = await activateCycle(ctx.scope, cycleId, given);
    revalidatePath(`/cycles/${cycleId}`);
    return active;
  });

/** Stops a cycle, at once or after what is queued. */
export const deactivateCycleAction = accountAction("cycle.deactivate", "cycles.run")
  .inputSchema(deactivateCycleInput)
  .action(async ({ parsedInput, ctx }) => {
    const stopped = await deactivateCycle(ctx.scope, parsedInput.cycleId, parsedInput);
    revalidatePath(`/cycles/${parsedInput.cycleId}`);
    return stopped;
  });

/** Runs a cycle one time with a typed payload. Out: the transaction's id. */
export const runOnceAction = accountAction("cycle.run-once", "cycles.run")
  .inputSchema(runOnceInput)
  .action(async ({ parsedInput, ctx }) => {
    const ran = await runOnceWith(ctx.scope, parsedInput.cycleId, parsedInput.payload);
    revalidatePath(`/cycles/${parsedInput.cycleId}`);
    return ran;
  });

export const cancelTransactionAction = accountAction("transaction.cancel", "cycles.run")
  .inputSchema(transactionInput)
  .action(async ({ parsedInput, ctx }) => cancelTransaction(ctx.scope, parsedInput.transactionId));

/** Lets a waiting transaction go on now. */
export const resumeTransactionAction = accountAction("transaction.resume", "cycles.run")
  .inputSchema(transactionInput)
  .action(async ({ parsedInput, ctx }) => resumeTransaction(ctx.scope, parsedInput.transactionId));

/** Tries one step for real. Out: the exchange, redacted. */
export const testStepAction = accountAction("step.test", "cycles.run")
  .inputSchema(testStepInput)
  .action(async ({ parsedInput, ctx }) => testStep(ctx.scope, parsedInput.stepId, parsedInput.sample));

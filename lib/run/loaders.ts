import "server-only";
import { notFound } from "next/navigation";
import { cache } from "react";
import { requirePartner } from "@/lib/access/loaders";
import type { AccountScope } from "@/lib/access/types";
import { definitionOfRelease } from "@/lib/catalog/data";
import { loadEditor } from "@/lib/custom-connectors/loaders";
import { cycleOf, stepSetupOf } from "@/lib/cycles/data";
import { triggerOf } from "@/lib/cycles/graph";
import { cycleScope } from "@/lib/cycles/loaders";
import { connectionOf } from "@/lib/installs/data";
import { methodForm } from "@/lib/installs/method-fields";
import { env } from "@/lib/platform/env";
import { SCRIPT_EVENTS, SCRIPT_FUNCTIONS, SCRIPT_VARIABLES } from "@/lib/scripts/constants";
import { failuresByOwner, lastOutputsOf, lastStepRuns, listTransactions, runCounts, transactionOf } from "./data";
import { transactionsFilterSchema } from "./schema";
import { runTrigger } from "./trigger";
import { trialMethod } from "./try-draft";

/** Names that an editor of scripts offers. */
export const scriptWords = { variables: SCRIPT_VARIABLES, functions: SCRIPT_FUNCTIONS } as const;

/** What the page of scripts needs: the names that an editor offers. */
export async function scriptTestingPage() {
  await requirePartner("/connectors/script-testing", "library.setup");
  return {
    events: SCRIPT_EVENTS,
    words: scriptWords,
  };
}

/** What "Try it" of a connector of the partner's own shows: ways to authenticate with what to type, and methods with their forms. */
export async function tryItPage(uid: string) {
  const { definition, mayWrite } = await loadEditor(uid);
  return {
    uid,
    mayWrite,
    name: definition.name,
    authMethods: definition.authMethods.map((method) => trialMethod(definition, method)),
    methods: definition.methods.map((method) => methodForm(method)),
  };
}

/** Numbers of runs for the dashboard; null for who may not see cycles. */
export async function runsOverview() {
  const { scope } = await requirePartner("/dashboard", "library.read");
  if (!scope.permissions.has("cycles.read")) return null;
  const [counts, failures] = await Promise.all([runCounts(scope), failuresByOwner(scope)]);
  return { counts, failures };
}

/** Everything that Step Setup shows of one step, with what the last runs gave it. */
export const stepSetupPage = cache(async (cycleId: string, stepId: string) => {
  const scope = await cycleScope(`/cycles/${cycleId}/steps/${stepId}`, cycleId);
  const cycle = await cycleOf(scope, cycleId);
  if (!cycle) notFound();
  const outputs = await lastOutputsOf(scope, cycleId, triggerOf(cycle)?.id ?? "");
  const setup = await stepSetupOf(scope, stepId, outputs);
  if (!setup || setup.cycle.id !== cycleId) notFound();
  return {
    setup,
    lastRuns: await lastStepRuns(scope, stepId),
    words: scriptWords,
    webhookUrl: cycle.webhook && `${new URL(env().publicUrl).origin}/webhooks/${cycle.webhook.key}`,
    mayWrite: scope.permissions.has("cycles.write"),
    mayRun: scope.permissions.has("cycles.run"),
  };
});

/** The runs of a cycle, as the filters of the address say. */
export async function transactionsPage(cycleId: string, search: Readonly<Record<string, string | string[] | undefined>>) {
  const scope = await cycleScope(`/cycles/${cycleId}/runs`, cycleId);
  return listTransactions(scope, { ...transactionsFilterSchema.parse(search), cycle: cycleId });
}

/** One run of a cycle. */
export async function transactionPage(cycleId: string, transactionId: string) {
  const scope = await cycleScope(`/cycles/${cycleId}/runs/${transactionId}`, cycleId);
  const view = await transactionOf(scope, transactionId);
  if (!view || view.cycleId !== cycleId) notFound();
  return view;
}

/** The choices of a look-up of an installed connector, or why the provider gave none; null for an unknown one. */
export async function lookupChoices(scope: AccountScope, connectionId: number, name: string) {
  const install = await connectionOf(scope, connectionId);
  const release = install && (await definitionOfRelease(scope, install.releaseId));
  const lookup = release?.definition.lookups.find((l) => l.name === name);
  if (!lookup) return null;
  const found = await runTrigger(scope, connectionId, lookup);
  return found.ok ? { options: found.value, problem: null } : { options: [], problem: found.error.message };
}

import type { AccountScope } from "@/lib/access/types";
import { connectorOf } from "@/lib/catalog/data";
import { cycleOf } from "@/lib/cycles/data";
import { triggerOf } from "@/lib/cycles/graph";
import { createCycle } from "@/lib/cycles/mutations";
import { createInstall } from "@/lib/installs/mutations";
import type { Result } from "@/lib/kernel/result";
import { addStep, saveStepSetup, setExternalAuthentication } from "@/lib/steps/mutations";

function made<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/**
 * A cycle that shows External Authentication in a minute: a webhook brings a key, the step lists contacts as whoever's key it is,
 * and the connector itself was never authenticated. In: the account's scope, of a partner that is allowed to.
 */
export async function seedCycle(scope: AccountScope): Promise<void> {
  const connector = await connectorOf(scope, "sandbox-crm-api-key");
  const authMethod = connector?.definition.authMethods[0];
  if (!connector || !authMethod) return;
  const accountConnectorId = made(
    await createInstall(scope, {
      connector,
      authMethod,
      name: "Sandbox CRM, as each caller",
      description: "Holds no credential: each run of a cycle brings its own.",
      properties: [],
      credential: null,
    }),
  );
  const { id } = made(
    await createCycle(scope, {
      name: "Contacts as whoever calls",
      description: 'Run it once with {"api_key": …} for each of the two keys in demo.json: the same step, as two companies.',
      trigger: "Webhook",
    }),
  );
  const cycle = await cycleOf(scope, id);
  const trigger = cycle && triggerOf(cycle);
  if (!trigger) throw new Error("a cycle was made without its trigger");
  const step = made(
    await addStep(scope, id, {
      kind: "Action",
      name: "List contacts",
      accountConnectorId,
      methodId: "list-contacts",
      after: { stepId: trigger.id, exit: "Forward" },
    }),
  );
  made(await setExternalAuthentication(scope, id, step.id, true));
  made(
    await saveStepSetup(scope, id, step.id, {
      mappings: [
        {
          kind: "Authentication",
          name: "ApiKey",
          mappingType: "StepOutput",
          sourceStepId: trigger.id,
          sourceField: "api_key",
        },
      ],
      step: {},
    }),
  );
}

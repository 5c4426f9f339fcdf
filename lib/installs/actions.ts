"use server";

import { revalidatePath } from "next/cache";
import { connectorOf } from "@/lib/catalog/data";
import { authMethodOf } from "@/lib/catalog/definitions";
import { accountAction } from "@/lib/doors/action";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { setupOf } from "@/lib/partners/data";
import { createInstall, setDisabled, updateInstall } from "./mutations";
import { blockedForm, parsedValues, saveTypedValues } from "./save-values";
import { installSchema, saveValuesSchema, setDisabledSchema, updateInstallSchema } from "./schema";
import { signInForm, typedValues, withoutRequired } from "./wizard";

/** Installs a connector into an account with what was typed. Out: its id. */
export const installAction = accountAction("connection.install", "installs.write")
  .inputSchema(installSchema)
  .action(async ({ parsedInput: input, ctx }): Promise<Result<{ id: number }>> => {
    const connector = await connectorOf(ctx.scope, input.slug);
    const authMethod = connector && authMethodOf(connector.definition, input.authMethodId);
    if (!connector || !authMethod) return fail("object.not_found", "There is no such connector.");
    const { definition } = connector;
    const { values: partnerValues } = await setupOf(ctx.scope, connector.id);
    const form = signInForm({ definition, authMethod, partnerValues, connection: null });
    const stop = input.later ? null : blockedForm(form);
    if (stop) return stop;
    const specs = input.later ? withoutRequired(form.fields) : form.fields;
    const parsed = parsedValues(specs, input.values, form);
    if (!parsed.ok) return parsed;
    const typed = typedValues(definition, authMethod, specs, parsed.value);
    const made = await createInstall(ctx.scope, {
      connector: { id: connector.id, name: connector.name, releaseId: connector.releaseId },
      authMethod,
      name: input.name,
      description: input.description,
      properties: typed.properties,
      credential: input.later ? null : typed.credential,
    });
    if (!made.ok) return made;
    revalidatePath("/", "layout");
    return ok({ id: made.value });
  });

/** Saves what an installation was missing, or properties that are changed. */
export const saveValuesAction = accountAction("connection.save_values", "installs.write")
  .inputSchema(saveValuesSchema)
  .action(async ({ parsedInput: { id, values, purpose }, ctx }) => {
    const saved = await saveTypedValues(ctx.scope, id, values, purpose);
    if (saved.ok) revalidatePath("/", "layout");
    return saved;
  });

export const updateInstallAction = accountAction("connection.update", "installs.write")
  .inputSchema(updateInstallSchema)
  .action(async ({ parsedInput: { id, name, description }, ctx }): Promise<Result<{ id: number }>> => {
    const saved = await updateInstall(ctx.scope, id, { name, description });
    if (!saved.ok) return saved;
    revalidatePath("/", "layout");
    return ok({ id });
  });

/** Switches a connection off or on: the partner's decision alone. */
export const setDisabledAction = accountAction("connection.set_disabled", "accounts.write")
  .inputSchema(setDisabledSchema)
  .action(async ({ parsedInput: { id, disabled }, ctx }) => {
    const saved = await setDisabled(ctx.scope, id, disabled);
    if (saved.ok) revalidatePath("/", "layout");
    return saved;
  });

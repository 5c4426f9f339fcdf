"use server";

import { revalidatePath } from "next/cache";
import type { AccountScope } from "@/lib/access/types";
import { fieldKey, fieldsSchema, type FieldValues } from "@/lib/auth-methods/field-schema";
import type { FieldSpec } from "@/lib/auth-methods/fields";
import { connectorOf, definitionOfRelease } from "@/lib/catalog/data";
import { authMethodOf } from "@/lib/catalog/definitions";
import { accountAction } from "@/lib/doors/action";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { setupOf } from "@/lib/partners/data";
import { connectionOf } from "./data";
import { createInstall, saveValues, setDisabled, updateInstall } from "./mutations";
import { installSchema, saveValuesSchema, setDisabledSchema, updateInstallSchema } from "./schema";
import type { SignInForm } from "./types";
import { signInForm, typedValues, withoutRequired } from "./wizard";

/** Parses the values of a form by its fields; errors stand below `values`, where the form has them. */
function parsedValues(specs: readonly FieldSpec[], values: Record<string, unknown>, form: SignInForm): Result<FieldValues> {
  const stored = Object.fromEntries(Object.entries(form.stored).map(([name, s]) => [name, s.isSet]));
  const parsed = fieldsSchema(specs, { stored }).safeParse(values);
  if (parsed.success) return ok(parsed.data);
  const fields = Object.fromEntries(parsed.error.issues.map((i) => [`values.${i.path.join(".")}`, i.message]));
  return fail("request.invalid", "Some values aren't right.", { fields });
}

/** What only the partner can give has to be there before anybody signs in. */
const blocked = (form: SignInForm): Result<never> | null =>
  form.blockedBy.length === 0
    ? null
    : fail("connector.values_missing", `Not set up yet: ${form.blockedBy.map((b) => b.title).join(", ")}`, {
        fields: Object.fromEntries(form.blockedBy.map((b) => [`values.${fieldKey(b.name)}`, `${b.title} is missing`])),
        details: { owner: "partner" },
      });

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
    const stop = input.later ? null : blocked(form);
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

/** What is needed to judge the values of an installation. Errors: 404. */
async function installed(scope: AccountScope, id: number) {
  const connection = await connectionOf(scope, id);
  const release = connection && (await definitionOfRelease(scope, connection.releaseId));
  const authMethod = release && authMethodOf(release.definition, connection.authMethodId);
  if (!connection || !release || !authMethod) return null;
  const { values: partnerValues } = await setupOf(scope, connection.connectorId);
  const form = signInForm({ definition: release.definition, authMethod, partnerValues, connection });
  return { definition: release.definition, authMethod, form };
}

/** Saves what an installation was missing, or properties that are changed. */
export const saveValuesAction = accountAction("connection.save_values", "installs.write")
  .inputSchema(saveValuesSchema)
  .action(async ({ parsedInput: input, ctx }): Promise<Result<{ id: number }>> => {
    const found = await installed(ctx.scope, input.id);
    if (!found) return fail("object.not_found", "There is no such connection.");
    const { definition, authMethod, form } = found;
    const stop = input.purpose === "signIn" ? blocked(form) : null;
    if (stop) return stop;
    const specs = input.purpose === "signIn" ? form.fields : form.edit;
    const parsed = parsedValues(specs, input.values, form);
    if (!parsed.ok) return parsed;
    const typed = typedValues(definition, authMethod, specs, parsed.value);
    const saved = await saveValues(ctx.scope, input.id, typed.properties, input.purpose === "signIn" ? typed.credential : null);
    if (!saved.ok) return saved;
    revalidatePath("/", "layout");
    return ok({ id: input.id });
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

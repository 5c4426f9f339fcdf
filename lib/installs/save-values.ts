import type { AccountScope } from "@/lib/access/types";
import { fieldKey, fieldsSchema, type FieldValues } from "@/lib/auth-methods/field-schema";
import type { FieldSpec } from "@/lib/auth-methods/fields";
import { definitionOfRelease } from "@/lib/catalog/data";
import { authMethodOf } from "@/lib/catalog/definitions";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { setupOf } from "@/lib/partners/data";
import { connectionOf } from "./data";
import { saveValues } from "./mutations";
import type { SignInForm } from "./types";
import { signInForm, typedValues } from "./wizard";

/** Parses the values of a form by its fields; errors stand below `values`, where the form has them. */
export function parsedValues(
  specs: readonly FieldSpec[],
  values: Record<string, unknown>,
  form: SignInForm,
): Result<FieldValues> {
  const stored = Object.fromEntries(Object.entries(form.stored).map(([name, s]) => [name, s.isSet]));
  const parsed = fieldsSchema(specs, { stored }).safeParse(values);
  if (parsed.success) return ok(parsed.data);
  const fields = Object.fromEntries(parsed.error.issues.map((i) => [`values.${i.path.join(".")}`, i.message]));
  return fail("request.invalid", "Some values aren't right.", { fields });
}

/** What only the partner can give has to be there before anybody signs in. */
export const blockedForm = (form: SignInForm): Result<never> | null =>
  form.blockedBy.length === 0
    ? null
    : fail("connector.values_missing", `Not set up yet: ${form.blockedBy.map((b) => b.title).join(", ")}`, {
        fields: Object.fromEntries(form.blockedBy.map((b) => [`values.${fieldKey(b.name)}`, `${b.title} is missing`])),
        details: { owner: "partner" },
      });

/**
 * Saves what a person typed for an installed connector. In: values by field name or form key; `signIn` for what was missing, the
 * credential among it, `edit` for properties. Errors: 404, `request.invalid` by field, `connector.values_missing`.
 */
export async function saveTypedValues(
  scope: AccountScope,
  id: number,
  values: Record<string, unknown>,
  purpose: "signIn" | "edit",
): Promise<Result<{ id: number }>> {
  const connection = await connectionOf(scope, id);
  const release = connection && (await definitionOfRelease(scope, connection.releaseId));
  const authMethod = release && authMethodOf(release.definition, connection.authMethodId);
  if (!connection || !release || !authMethod) return fail("object.not_found", "There is no such connection.");
  const { definition } = release;
  const { values: partnerValues } = await setupOf(scope, connection.connectorId);
  const form = signInForm({ definition, authMethod, partnerValues, connection });
  const stop = purpose === "signIn" ? blockedForm(form) : null;
  if (stop) return stop;
  const specs = purpose === "signIn" ? form.fields : form.edit;
  const parsed = parsedValues(specs, values, form);
  if (!parsed.ok) return parsed;
  const typed = typedValues(definition, authMethod, specs, parsed.value);
  const saved = await saveValues(scope, id, typed.properties, purpose === "signIn" ? typed.credential : null);
  return saved.ok ? ok({ id }) : saved;
}

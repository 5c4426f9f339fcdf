"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { fieldsSchema } from "@/lib/auth-methods/field-schema";
import { connectorOf } from "@/lib/catalog/data";
import { partnerAction } from "@/lib/doors/action";
import { fail } from "@/lib/kernel/result";
import { setupOf } from "./data";
import { saveSetup } from "./mutations";
import { setupChanges, setupFields } from "./policy";

const input = z.object({ slug: z.string().min(1).max(200), values: z.record(z.string(), z.unknown()) });

/**
 * Saves the Authentication Settings of a connector. In: its slug and the form's values. Errors: `object.not_found`,
 * `request.invalid` with a message per field, also for a value that the definition doesn't let a partner give.
 */
export const saveSetupAction = partnerAction("setup.save", "library.setup")
  .inputSchema(input)
  .action(async ({ parsedInput: { slug, values }, ctx: { scope } }) => {
    const connector = await connectorOf(scope, slug);
    if (!connector) return fail("object.not_found", "There is no such connector.");
    const specs = setupFields(connector.definition);
    const checked = fieldsSchema(specs).safeParse(values);
    if (!checked.success) {
      const fields = Object.fromEntries(checked.error.issues.map((issue) => [String(issue.path[0] ?? ""), issue.message]));
      return fail("request.invalid", "Some values aren't right. Nothing was saved.", { fields });
    }
    const stored = Object.entries((await setupOf(scope, connector.id)).values);
    const saved = await saveSetup(
      scope,
      connector,
      setupChanges(specs, values, checked.data, {
        text: Object.fromEntries(stored.flatMap(([name, v]) => (v.value === null ? [] : [[name, v.value]]))),
        secrets: new Set(stored.flatMap(([name, v]) => (v.secret ? [name] : []))),
      }),
    );
    if (saved.ok) {
      revalidatePath("/connectors");
      revalidatePath(`/connectors/${slug}`, "layout");
    }
    return saved;
  });

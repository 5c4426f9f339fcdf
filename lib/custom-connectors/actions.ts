"use server";

import { revalidatePath } from "next/cache";
import type { PartnerScope } from "@/lib/access/types";
import { blankAuthMethod } from "@/lib/auth-methods/blank-method";
import { connectorDefinitionSchema, type ConnectorDefinition } from "@/lib/auth-methods/definition";
import { connectorOf } from "@/lib/catalog/data";
import { partnerAction } from "@/lib/doors/action";
import { slugify } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { customConnectorOf } from "./data";
import {
  createCustomConnector,
  deleteCustomConnector,
  discardDraft,
  publishDraft,
  saveDraft,
  upgradeInstalls,
} from "./mutations";
import { importedDefinition, startImport } from "./openapi-import";
import {
  cloneSchema,
  connectorSchema,
  definitionTextSchema,
  finishImportSchema,
  newConnectorSchema,
  publishSchema,
  removeMethodSchema,
  saveDefinitionSchema,
  saveMethodSchema,
  saveSectionSchema,
  startImportSchema,
  upgradeSchema,
} from "./schema";
import { parseDefinition, withMethod, withSection } from "./sections";
import type { SavedDraft } from "./types";

const unknown = fail("object.not_found", "There is no such connector.");

/** Changes the draft, or the live release into a draft. In: the mark of what was changed, and the change. */
async function edit<T>(
  scope: PartnerScope,
  { uid, base }: { uid: string; base: string },
  change: (definition: ConnectorDefinition) => Result<{ definition: ConnectorDefinition; more: T }>,
): Promise<Result<SavedDraft & { more: T }>> {
  const connector = await customConnectorOf(scope, uid);
  const current = connector?.draft ?? connector?.live;
  if (!current) return unknown;
  const changed = change(current.definition);
  if (!changed.ok) return changed;
  const saved = await saveDraft(scope, uid, base, changed.value.definition);
  if (!saved.ok) return saved;
  revalidatePath(`/connectors/custom/${uid}`, "layout");
  return ok({ ...saved.value, more: changed.value.more });
}

const plain = (result: Result<ConnectorDefinition>): Result<{ definition: ConnectorDefinition; more: null }> =>
  result.ok ? ok({ definition: result.value, more: null }) : result;

function parsedText(text: string): Result<ConnectorDefinition> {
  try {
    return parseDefinition(JSON.parse(text));
  } catch (error) {
    const message = `This isn't JSON: ${error instanceof Error ? error.message : "it can't be read"}`;
    return fail("request.invalid", message, { fields: { text: message } });
  }
}

/** Begins a connector with one authentication method of the type that is chosen. Out: its unique identifier. */
export const createCustomConnectorAction = partnerAction("custom_connector.create", "connectors.write")
  .inputSchema(newConnectorSchema)
  .action(async ({ parsedInput: { name, authType }, ctx: { scope } }) => {
    const definition = connectorDefinitionSchema.parse({
      slug: slugify(name) || "connector",
      name,
      authMethods: [{ ...blankAuthMethod(authType, slugify(authType)), isDefault: true }],
    });
    return createCustomConnector(scope, definition);
  });

/** A connector of the partner's own that starts as one of the library is now. */
export const cloneConnectorAction = partnerAction("custom_connector.clone", "connectors.write")
  .inputSchema(cloneSchema)
  .action(async ({ parsedInput: { slug, name }, ctx: { scope } }) => {
    const connector = await connectorOf(scope, slug);
    if (!connector) return unknown;
    return createCustomConnector(scope, { ...connector.definition, name, slug: slugify(name) || slug });
  });

/** Makes a connector from the JSON of an export. */
export const importDefinitionAction = partnerAction("custom_connector.import", "connectors.write")
  .inputSchema(definitionTextSchema)
  .action(async ({ parsedInput: { text }, ctx: { scope } }) => {
    const parsed = parsedText(text);
    return parsed.ok ? createCustomConnector(scope, parsed.value) : parsed;
  });

/** Saves one tab of the editor. Errors: `request.invalid` with a message for the path of each mistake, `object.conflict`. */
export const saveSectionAction = partnerAction("custom_connector.save", "connectors.write")
  .inputSchema(saveSectionSchema)
  .action(async ({ parsedInput, ctx: { scope } }) =>
    edit(scope, parsedInput, (definition) => plain(withSection(definition, parsedInput.section, parsedInput.value))),
  );

/** Saves one method, a new one too. Out: its id. */
export const saveMethodAction = partnerAction("custom_connector.save_method", "connectors.write")
  .inputSchema(saveMethodSchema)
  .action(async ({ parsedInput, ctx: { scope } }) =>
    edit(scope, parsedInput, (definition) => {
      const changed = withMethod(definition, parsedInput.methodId, parsedInput.method);
      return changed.ok ? ok({ definition: changed.value.definition, more: { id: changed.value.id } }) : changed;
    }),
  );

/** Takes a method away, and with it what only it gave: the test call and look-ups that used it are said as problems. */
export const removeMethodAction = partnerAction("custom_connector.remove_method", "connectors.write")
  .inputSchema(removeMethodSchema)
  .action(async ({ parsedInput, ctx: { scope } }) =>
    edit(scope, parsedInput, (definition) => {
      if (!definition.methods.some((m) => m.id === parsedInput.methodId))
        return fail("object.not_found", "This connector has no such method.");
      const methods = definition.methods.filter((m) => m.id !== parsedInput.methodId);
      return ok({ definition: { ...definition, methods }, more: null });
    }),
  );

/** Replaces the whole draft by what stands in the JSON editor. */
export const saveDefinitionAction = partnerAction("custom_connector.save_json", "connectors.write")
  .inputSchema(saveDefinitionSchema)
  .action(async ({ parsedInput, ctx: { scope } }) => edit(scope, parsedInput, () => plain(parsedText(parsedInput.text))));

/** Makes the draft the live release. */
export const publishAction = partnerAction("custom_connector.publish", "connectors.write")
  .inputSchema(publishSchema)
  .action(async ({ parsedInput, ctx: { scope } }) => {
    const published = await publishDraft(scope, parsedInput.uid, parsedInput);
    if (published.ok) revalidatePath("/connectors", "layout");
    return published;
  });

export const discardDraftAction = partnerAction("custom_connector.discard", "connectors.write")
  .inputSchema(connectorSchema)
  .action(async ({ parsedInput: { uid }, ctx: { scope } }) => {
    const discarded = await discardDraft(scope, uid);
    if (discarded.ok) revalidatePath(`/connectors/custom/${uid}`, "layout");
    return discarded;
  });

export const deleteCustomConnectorAction = partnerAction("custom_connector.delete", "connectors.write")
  .inputSchema(connectorSchema)
  .action(async ({ parsedInput: { uid }, ctx: { scope } }) => {
    const deleted = await deleteCustomConnector(scope, uid);
    if (deleted.ok) revalidatePath("/connectors", "layout");
    return deleted;
  });

/** Moves one installation, several or all to the live release. */
export const upgradeInstallsAction = partnerAction("custom_connector.upgrade", "installs.write")
  .inputSchema(upgradeSchema)
  .action(async ({ parsedInput: { uid, ids }, ctx: { scope } }) => {
    const upgraded = await upgradeInstalls(scope, uid, ids);
    if (upgraded.ok) revalidatePath("/connectors", "layout");
    return upgraded;
  });

/** Begins to read an OpenAPI document. Out: the id to follow it by. */
export const startImportAction = partnerAction("custom_connector.openapi", "connectors.write")
  .inputSchema(startImportSchema)
  .action(async ({ parsedInput, ctx: { scope } }) => startImport(scope, parsedInput));

/** Makes a connector of what an OpenAPI document became. Out: its unique identifier. */
export const finishImportAction = partnerAction("custom_connector.openapi_create", "connectors.write")
  .inputSchema(finishImportSchema)
  .action(async ({ parsedInput: { importId, name }, ctx: { scope } }) => {
    const definition = importedDefinition(scope, importId);
    if (!definition) return fail("object.not_found", "There is no such import. Begin it again.");
    return createCustomConnector(scope, { ...definition, name, slug: slugify(name) || definition.slug });
  });

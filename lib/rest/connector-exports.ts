import { z } from "@hono/zod-openapi";
import type { PartnerScope } from "@/lib/access/types";
import { customConnectorOf, listCustomConnectors } from "@/lib/custom-connectors/data";
import { deleteCustomConnector, importConnector, importDraft } from "@/lib/custom-connectors/mutations";
import { accountEndpoint, accountList, pageOf } from "@/lib/doors/rest";
import { integerId } from "@/lib/doors/rest-input";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { exportOf, exportSchema } from "./connector-export";
import { definitionOf, exportInput } from "./connector-import";
import { ofPartner, uidOf } from "./custom-connectors";

const TAG = "Custom connectors";
const PATH = "/account/connectors/custom";
const ONE = `${PATH}/{exportedConnectorId}`;
const params = { exportedConnectorId: integerId("id") };

const rowSchema = z
  .object({ Id: z.int(), Name: z.string(), UniqueIdentifier: z.string(), ReleaseStatus: z.enum(["Draft", "Live"]) })
  .openapi("CustomConnectorRow");

async function view(partner: PartnerScope, uid: string): Promise<Result<z.input<typeof exportSchema>>> {
  const connector = await customConnectorOf(partner, uid);
  const current = connector?.draft ?? connector?.live;
  if (!connector || !current) return fail("object.not_found", "There is no such connector.");
  return ok(exportOf({ id: connector.id, uid, isLive: connector.draft === null }, current.definition));
}

/** Connectors of the partner's own as connector exports: the address and the format that clients of this API know. */
export const connectorExportEndpoints = [
  accountList({
    path: PATH,
    permission: "library.read",
    tag: TAG,
    summary: "List your own connectors, for exports",
    answer: rowSchema,
    handle: async ({ partner, paging }) => {
      const allowed = ofPartner(partner);
      if (!allowed.ok) return allowed;
      const rows = (await listCustomConnectors(partner)).map((row) => ({
        Id: row.id,
        Name: row.name,
        UniqueIdentifier: row.uid,
        ReleaseStatus: row.drafts > 0 ? ("Draft" as const) : ("Live" as const),
      }));
      return ok(pageOf(rows, paging));
    },
  }),
  accountEndpoint({
    method: "post",
    path: PATH,
    permission: "connectors.write",
    tag: TAG,
    summary: "Make a connector of an export, as a draft",
    body: exportInput,
    answer: exportSchema,
    handle: async ({ partner, body }) => {
      const allowed = ofPartner(partner);
      if (!allowed.ok) return allowed;
      const definition = definitionOf(body);
      if (!definition.ok) return definition;
      const made = await importConnector(partner, definition.value, body.UniqueIdentifier.toLowerCase());
      return made.ok ? view(partner, made.value.uid) : made;
    },
  }),
  accountEndpoint({
    method: "get",
    path: ONE,
    permission: "library.read",
    tag: TAG,
    summary: "Export a connector",
    description: "The draft where there is one, else the live release.",
    params,
    answer: exportSchema,
    handle: async ({ partner, params: { exportedConnectorId } }) => {
      const uid = await uidOf(partner, exportedConnectorId);
      return uid.ok ? view(partner, uid.value) : uid;
    },
  }),
  accountEndpoint({
    method: "put",
    path: ONE,
    permission: "connectors.write",
    tag: TAG,
    summary: "Replace the draft of a connector by an export",
    params,
    body: exportInput,
    answer: exportSchema,
    handle: async ({ partner, params: { exportedConnectorId }, body }) => {
      const uid = await uidOf(partner, exportedConnectorId);
      if (!uid.ok) return uid;
      const definition = definitionOf(body);
      if (!definition.ok) return definition;
      const saved = await importDraft(partner, uid.value, definition.value);
      return saved.ok ? view(partner, uid.value) : saved;
    },
  }),
  accountEndpoint({
    method: "delete",
    path: ONE,
    permission: "connectors.write",
    tag: TAG,
    summary: "Delete a connector of your own that no account has installed",
    errors: [409],
    params,
    answer: z.null(),
    handle: async ({ partner, params: { exportedConnectorId } }) => {
      const uid = await uidOf(partner, exportedConnectorId);
      if (!uid.ok) return uid;
      const deleted = await deleteCustomConnector(partner, uid.value);
      return deleted.ok ? ok(null) : deleted;
    },
  }),
];

import { z } from "@hono/zod-openapi";
import type { PartnerScope } from "@/lib/access/types";
import { customConnectorOf, customConnectorUid, listCustomConnectors } from "@/lib/custom-connectors/data";
import {
  deleteCustomConnector,
  importConnector,
  importDraft,
  publishDraft,
  upgradeInstalls,
} from "@/lib/custom-connectors/mutations";
import { pageOf, partnerEndpoint, partnerList } from "@/lib/doors/rest";
import { integerId } from "@/lib/doors/rest-input";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { literal } from "./cycles";

const TAG = "Custom connectors";
const PATH = "/custom-connectors";
const ONE = `${PATH}/{customConnectorId}`;
const params = { customConnectorId: integerId("customConnectorId") };
const unknown = fail("object.not_found", "There is no such connector.");

const rowSchema = z
  .object({
    Id: z.number().int(),
    UniqueIdentifier: z.string(),
    Slug: z.string(),
    Name: z.string(),
    LiveRelease: z.string().nullable().openapi({ description: "Number of the live release; null where none was published." }),
    HasDraft: z.boolean(),
  })
  .openapi("CustomConnector");
const definition = z
  .record(z.string(), z.unknown())
  .openapi({ description: "As the console exports it: docs/definition-format.md." });
const wholeSchema = rowSchema.extend({ Definition: definition }).openapi("CustomConnectorDefinition");
const bodySchema = z.strictObject({ Definition: definition }).openapi("CustomConnectorInput");

/** Connectors belong to the partner: a token of one account has no part in them. */
export const ofPartner = (scope: PartnerScope): Result<null> =>
  scope.onlyAccountId === undefined ? ok(null) : fail("access.denied", "This token is for one account.");

async function view(scope: PartnerScope, uid: string): Promise<Result<z.input<typeof wholeSchema>>> {
  const connector = await customConnectorOf(scope, uid);
  const current = connector?.draft ?? connector?.live;
  if (!connector || !current) return unknown;
  return ok({
    Id: connector.id,
    UniqueIdentifier: connector.uid,
    Slug: connector.slug,
    Name: current.definition.name,
    LiveRelease: connector.live?.number ?? null,
    HasDraft: connector.draft !== null,
    Definition: { ...current.definition },
  });
}

/** The unique identifier that an id of the address stands for. */
export async function uidOf(scope: PartnerScope, id: number): Promise<Result<string>> {
  const allowed = ofPartner(scope);
  if (!allowed.ok) return allowed;
  const uid = await customConnectorUid(scope, id);
  return uid === null ? unknown : ok(uid);
}

export const customConnectorEndpoints = [
  partnerList({
    path: PATH,
    permission: "library.read",
    tag: TAG,
    summary: "List your own connectors",
    answer: rowSchema,
    handle: async ({ scope, paging }) => {
      const allowed = ofPartner(scope);
      if (!allowed.ok) return allowed;
      const rows = (await listCustomConnectors(scope)).map((row) => ({
        Id: row.id,
        UniqueIdentifier: row.uid,
        Slug: row.slug,
        Name: row.name,
        LiveRelease: row.liveNumber,
        HasDraft: row.drafts > 0,
      }));
      return ok(pageOf(rows, paging));
    },
  }),
  partnerEndpoint({
    method: "post",
    path: PATH,
    permission: "connectors.write",
    tag: TAG,
    summary: "Make a connector, as a draft",
    body: bodySchema,
    answer: wholeSchema,
    handle: async ({ scope, body }) => {
      const allowed = ofPartner(scope);
      if (!allowed.ok) return allowed;
      const made = await importConnector(scope, body.Definition);
      return made.ok ? view(scope, made.value.uid) : made;
    },
  }),
  partnerEndpoint({
    method: "get",
    path: ONE,
    permission: "library.read",
    tag: TAG,
    summary: "Read a connector with its definition",
    description: "The draft where there is one, else the live release.",
    params,
    answer: wholeSchema,
    handle: async ({ scope, params: { customConnectorId } }) => {
      const uid = await uidOf(scope, customConnectorId);
      return uid.ok ? view(scope, uid.value) : uid;
    },
  }),
  partnerEndpoint({
    method: "put",
    path: ONE,
    permission: "connectors.write",
    tag: TAG,
    summary: "Replace the draft of a connector",
    description: "Its live release and its installations stay as they are until the draft is published.",
    params,
    body: bodySchema,
    answer: wholeSchema,
    handle: async ({ scope, params: { customConnectorId }, body }) => {
      const uid = await uidOf(scope, customConnectorId);
      if (!uid.ok) return uid;
      const saved = await importDraft(scope, uid.value, body.Definition);
      return saved.ok ? view(scope, uid.value) : saved;
    },
  }),
  partnerEndpoint({
    method: "post",
    path: `${ONE}/publish`,
    permission: "connectors.write",
    tag: TAG,
    summary: "Make the draft the live release",
    description: "The release before it is deprecated. Installations stay on theirs; a major release shows them an update.",
    params,
    body: z
      .strictObject({
        Kind: literal("Kind", ["Minor", "Major"]).optional().openapi({ description: "Minor where absent." }),
        Comments: z.string().trim().max(4000, "Comments can have at most 4000 characters.").nullish(),
      })
      .openapi("Publication"),
    answer: wholeSchema,
    handle: async ({ scope, params: { customConnectorId }, body }) => {
      const uid = await uidOf(scope, customConnectorId);
      if (!uid.ok) return uid;
      const kind = body.Kind === "Major" ? "major" : "minor";
      const published = await publishDraft(scope, uid.value, { base: null, kind, comments: body.Comments ?? "" });
      return published.ok ? view(scope, uid.value) : published;
    },
  }),
  partnerEndpoint({
    method: "post",
    path: `${ONE}/upgrade`,
    permission: "installs.write",
    tag: TAG,
    summary: "Move installations to the live release",
    params,
    body: z
      .strictObject({
        AccountConnectorIds: z
          .array(z.int("AccountConnectorIds has to hold integers.").positive())
          .max(10_000)
          .nullish()
          .openapi({ description: "All of them where absent." }),
      })
      .openapi("Upgrade"),
    answer: z
      .object({
        Upgraded: z.int(),
        NotUpgraded: z.array(z.string()).openapi({ description: "Names of those whose authentication method is gone." }),
      })
      .openapi("Upgraded"),
    handle: async ({ scope, params: { customConnectorId }, body }) => {
      const uid = await uidOf(scope, customConnectorId);
      if (!uid.ok) return uid;
      const done = await upgradeInstalls(scope, uid.value, body.AccountConnectorIds ?? null);
      return done.ok ? ok({ Upgraded: done.value.moved, NotUpgraded: [...done.value.kept] }) : done;
    },
  }),
  partnerEndpoint({
    method: "delete",
    path: ONE,
    permission: "connectors.write",
    tag: TAG,
    summary: "Delete a connector that no account has installed",
    errors: [409],
    params,
    answer: z.null(),
    handle: async ({ scope, params: { customConnectorId } }) => {
      const uid = await uidOf(scope, customConnectorId);
      if (!uid.ok) return uid;
      const deleted = await deleteCustomConnector(scope, uid.value);
      return deleted.ok ? ok(null) : deleted;
    },
  }),
];

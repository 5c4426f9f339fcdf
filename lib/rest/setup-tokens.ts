import { z } from "@hono/zod-openapi";
import { accountEndpoint, accountList, pageOf } from "@/lib/doors/rest";
import { guidId, integerId } from "@/lib/doors/rest-input";
import { installedConnector } from "@/lib/installs/data";
import { DAY, MINUTE, now } from "@/lib/kernel/clock";
import { fail, ok } from "@/lib/kernel/result";
import { linksOf } from "@/lib/oauth/data";
import { insertLink, revokeLink } from "@/lib/oauth/mutations";
import { env } from "@/lib/platform/env";
import { noAccountConnector, utc } from "./account-connector-view";

const TAG = "Setup tokens";
const PATH = "/account/connectors/{id}/setuptokens";
const params = { id: integerId("id") };
const LONGEST = 7 * DAY;

const listedSchema = z
  .object({
    Id: z.uuid(),
    CreatedAtUtc: z.string().nullable(),
    CreatedBy: z.string(),
    ExpiresAtUtc: z.string().nullable(),
    OpenedAtUtc: z.string().nullable(),
    CompletedAtUtc: z.string().nullable(),
    RevokedAtUtc: z.string().nullable(),
  })
  .openapi("SetupToken");

const newSchema = z
  .object({
    Id: z.uuid(),
    Token: z.string().openapi({ description: "Shown this once; the person who opens Url types it." }),
    Url: z.string(),
    ExpiresAtUtc: z.string(),
  })
  .openapi("NewSetupToken");

const input = z
  .strictObject({
    ExpiresAtUtc: z
      .string()
      .max(50)
      .refine((text) => !Number.isNaN(Date.parse(text)), "ExpiresAtUtc has to be a date.")
      .nullish()
      .openapi({ format: "date-time", description: "In five minutes where absent; at most in seven days." }),
    Username: z.string().trim().max(254).nullish().openapi({ description: "Who will use it, as the timeline names them." }),
  })
  .openapi("SetupTokenInput");

const isoUtc = (text: string): number => Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes("T") ? text : `${text}Z`);

export const setupTokenEndpoints = [
  accountEndpoint({
    method: "post",
    path: PATH,
    permission: "links.write",
    tag: TAG,
    summary: "Generate a setup token",
    description: "A link by which one person authenticates this connector, without an account.",
    params,
    body: input,
    answer: newSchema,
    handle: async ({ scope, params: { id }, body }) => {
      const lifetime = body.ExpiresAtUtc ? isoUtc(body.ExpiresAtUtc) - now() : 5 * MINUTE;
      if (lifetime <= 0) return fail("request.invalid", "ExpiresAtUtc has passed.");
      if (lifetime > LONGEST) return fail("request.invalid", "ExpiresAtUtc can be seven days from now at most.");
      const made = await insertLink(scope, id, lifetime, body.Username || null);
      if (!made.ok) return made;
      const { linkId, publicId, token, expiresAt } = made.value;
      return ok({
        Id: linkId,
        Token: token,
        Url: `${new URL(env().publicUrl).origin}/connect/${publicId}`,
        ExpiresAtUtc: new Date(expiresAt).toISOString(),
      });
    },
  }),
  accountList({
    path: PATH,
    permission: "installs.read",
    tag: TAG,
    summary: "List setup tokens, newest first",
    params,
    answer: listedSchema,
    handle: async ({ scope, params: { id }, paging }) => {
      if (!(await installedConnector(scope, id))) return noAccountConnector;
      const rows = (await linksOf(scope, id)).map((link) => ({
        Id: link.id,
        CreatedAtUtc: utc(link.createdAt),
        CreatedBy: link.createdBy,
        ExpiresAtUtc: utc(link.expiresAt),
        OpenedAtUtc: utc(link.openedAt),
        CompletedAtUtc: utc(link.completedAt),
        RevokedAtUtc: utc(link.revokedAt),
      }));
      return ok(pageOf(rows, paging));
    },
  }),
  accountEndpoint({
    method: "delete",
    path: `${PATH}/{tokenId}`,
    permission: "links.write",
    tag: TAG,
    summary: "Revoke a setup token",
    params: { ...params, tokenId: guidId("tokenId") },
    answer: z.null(),
    handle: ({ scope, params: { id, tokenId } }) => revokeLink(scope, id, tokenId),
  }),
];

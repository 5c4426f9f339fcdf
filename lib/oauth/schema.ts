import { z } from "zod";
import { returnPath } from "./return-path";

const connection = { accountId: z.string().min(1).max(100), id: z.number().int().positive() };

export const returnToSchema = z.object({
  kind: z.enum(["popup", "tab"]),
  path: z
    .string()
    .max(500)
    .refine((path) => returnPath(path) !== null, "This is no page to come back to."),
});

export const startAttemptSchema = z.object({ ...connection, returnTo: returnToSchema });
export const connectionSchema = z.object(connection);

/** How long a link can be opened, in minutes: five unless chosen otherwise (S-52). */
export const LINK_LIFETIMES = [5, 60, 24 * 60, 7 * 24 * 60] as const;

export const createLinkSchema = z.object({
  ...connection,
  minutes: z.union(LINK_LIFETIMES.map((m) => z.literal(m))).default(5),
});
export const revokeLinkSchema = z.object({ ...connection, linkId: z.uuid() });

const publicId = z.string().regex(/^[0-9A-Za-z]{8,64}$/);
export const openLinkSchema = z.object({ publicId, token: z.string().trim().min(1, "Type the token you were given.").max(100) });
export const linkSchema = z.object({ publicId });
export const linkStartSchema = z.object({ publicId, kind: z.enum(["popup", "tab"]) });
export const linkSaveSchema = z.object({
  publicId,
  values: z.record(z.string().max(400), z.unknown()),
  purpose: z.enum(["signIn", "edit"]),
});

/** What a partner's backend puts into the address of the sign-in page. */
export const connectorAuthSchema = z.object({
  id: z.coerce
    .number()
    .int()
    .positive()
    .max(2 ** 31),
  token: z.string().min(20).max(200),
  targetOrigin: z.string().min(1).max(500),
  callbackMessage: z.string().max(4000).optional(),
});
export type ConnectorAuthInput = z.output<typeof connectorAuthSchema>;
export const retryConnectorAuthSchema = z.object({ attemptId: z.uuid() });

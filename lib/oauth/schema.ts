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

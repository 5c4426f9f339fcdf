import { z } from "zod";
import { CONNECTION_STATES } from "./policy";

export const connectionsFilterSchema = z.object({
  query: z.string().trim().max(100).default("").catch(""),
  connector: z.string().max(200).default("").catch(""),
  account: z.string().max(100).default("").catch(""),
  state: z
    .union([z.literal(""), z.enum(CONNECTION_STATES)])
    .default("")
    .catch(""),
});
export type ConnectionsFilter = z.output<typeof connectionsFilterSchema>;

export const installNameSchema = z
  .string({ error: "Name is required." })
  .trim()
  .min(1, "Name is required.")
  .max(120, "Name can have at most 120 characters.");

export const installDetailsSchema = z.object({
  name: installNameSchema,
  description: z
    .string()
    .trim()
    .max(2000, "Description can have at most 2000 characters.")
    .optional()
    .transform((v) => v || null),
});

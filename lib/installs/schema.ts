import { z } from "zod";
import { CONNECTION_STATES } from "./constants";

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

const inAccount = { accountId: z.string().min(1).max(100) };
const connection = { ...inAccount, id: z.number().int().positive() };
/** By field name or form key; judged by the schema of the fields that the connector asks. */
const values = z.record(z.string().max(400), z.unknown());

export const installSchema = installDetailsSchema.extend({
  ...inAccount,
  slug: z.string().min(1).max(200),
  authMethodId: z.string().min(1).max(200),
  values,
  /** Install now, authenticate another time: what is missing may stay so, and no credential is kept. */
  later: z.boolean(),
});

export const updateInstallSchema = installDetailsSchema.extend(connection);

export const saveValuesSchema = z.object({
  ...connection,
  values,
  /** `signIn`: what was missing. `edit`: properties that are there already. */
  purpose: z.enum(["signIn", "edit"]),
});

export const setDisabledSchema = z.object({ ...connection, disabled: z.boolean() });

export const EVENT_KINDS = ["connect", "refresh", "test", "call", "link", "revoke", "settings"] as const;
export const activityFilterSchema = z.object({
  kind: z
    .union([z.literal(""), z.enum(EVENT_KINDS)])
    .default("")
    .catch(""),
  page: z.coerce.number().int().min(1).max(10_000).default(1).catch(1),
});

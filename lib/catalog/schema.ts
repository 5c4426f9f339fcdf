import { z } from "zod";
import { AUTH_TYPES } from "@/lib/auth-methods/definition";

export const SETUP_STATES = ["SetupRequired", "SetUp", "AsksCustomers", "NothingToSetUp"] as const;

/** Filters of the library as they stand in its URL; what isn't valid is dropped, never an error. */
export const libraryQuerySchema = z.object({
  q: z.string().trim().max(100).default("").catch(""),
  category: z.string().max(60).default("").catch(""),
  auth: z
    .union([z.literal(""), z.enum(AUTH_TYPES)])
    .default("")
    .catch(""),
  state: z
    .union([z.literal(""), z.enum(SETUP_STATES)])
    .default("")
    .catch(""),
  page: z.coerce.number().int().min(1).max(1000).default(1).catch(1),
});
export type LibraryQuery = z.output<typeof libraryQuerySchema>;

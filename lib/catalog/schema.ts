import { z } from "zod";
import { AUTH_TYPES } from "@/lib/auth-methods/constants";
import { SETUP_STATES } from "./constants";

/** Connectors on the first page of the library, what a screen shows at once, and how many each further page adds. */
export const LIBRARY_FIRST_PAGE = 15;
export const LIBRARY_FURTHER_PAGE = 300;

/** "CRM,Marketing" in an address: what isn't known is dropped, never an error. */
const list = <T extends string>(isKnown: (text: string) => text is T) =>
  z
    .string()
    .max(1000)
    .default("")
    .catch("")
    .transform((text) => [...new Set(text.split(","))].filter(isKnown));

const oneOf =
  <T extends string>(known: readonly T[]) =>
  (text: string): text is T =>
    (known as readonly string[]).includes(text);

/** Filters of the library as they stand in its address. Several values of one filter mean "any of these". */
export const libraryQuerySchema = z.object({
  q: z.string().trim().max(100).default("").catch(""),
  category: list((text): text is string => text !== ""),
  auth: list(oneOf(AUTH_TYPES)),
  state: list(oneOf(SETUP_STATES)),
  page: z.coerce.number().int().min(1).max(1000).default(1).catch(1),
});
export type LibraryQuery = z.output<typeof libraryQuerySchema>;

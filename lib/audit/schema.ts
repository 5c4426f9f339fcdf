import { z } from "zod";

/** Filters of the audit page, as they stand in its URL. Times in milliseconds. */
export const auditFilterSchema = z.object({
  query: z.string().trim().max(100).default("").catch(""),
  action: z
    .string()
    .regex(/^[a-z._]*$/)
    .default("")
    .catch(""),
  from: z.coerce.number().int().optional().catch(undefined),
  to: z.coerce.number().int().optional().catch(undefined),
  page: z.coerce.number().int().min(1).max(100_000).default(1).catch(1),
});
export type AuditFilter = z.output<typeof auditFilterSchema>;

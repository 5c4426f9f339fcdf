import { z } from "@hono/zod-openapi";

const MAX_RETENTION = 744;

/** A number of hours, clamped; what isn't a number says nothing. */
export const retention = (name: string) =>
  z
    .union([z.number(), z.string(), z.null()])
    .optional()
    .transform((value, context) => {
      if (value === undefined || value === null) return value;
      const hours = typeof value === "string" && value.trim() === "" ? NaN : Number(value);
      if (!Number.isFinite(hours)) return null;
      if (hours < 0) {
        context.addIssue(`${name} (${value}): must be non negative`);
        return z.NEVER;
      }
      return Math.min(MAX_RETENTION, Math.floor(hours));
    })
    .openapi({ type: ["integer", "null"], minimum: 0, description: "At most 744; more is taken as 744." });

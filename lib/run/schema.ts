import { z } from "zod";
import { SCRIPT_EVENTS } from "@/lib/scripts/constants";

const connection = z.object({ accountId: z.string().min(1).max(100), id: z.number().int().positive() });

export const verifySchema = connection;

export const callMethodSchema = connection.extend({
  methodId: z.string().min(1).max(200),
  parameters: z.record(z.string().max(200), z.string().max(100_000)).default({}),
  fields: z.record(z.string().max(500), z.string().max(100_000)).default({}),
});

export const scriptTestSchema = z.object({
  event: z.enum(SCRIPT_EVENTS),
  script: z.string().max(200_000),
  variables: z.string().max(1_000_000),
});

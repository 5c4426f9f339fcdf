import { z } from "zod";

const connection = z.object({ accountId: z.string().min(1).max(100), id: z.number().int().positive() });

export const verifySchema = connection;

export const callMethodSchema = connection.extend({
  methodId: z.string().min(1).max(200),
  parameters: z.record(z.string().max(200), z.string().max(100_000)).default({}),
  fields: z.record(z.string().max(500), z.string().max(100_000)).default({}),
});

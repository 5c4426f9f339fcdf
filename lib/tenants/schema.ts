import { z } from "zod";
import { accountInputSchema } from "@/lib/partners/schema";

export const accountChangeSchema = accountInputSchema.extend({ accountId: z.string().min(1).max(100) });

export const partnerSwitchSchema = z.object({ partnerId: z.string().min(1).max(100), on: z.boolean() });

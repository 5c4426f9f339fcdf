import { z } from "zod";
import { WEBHOOK_EVENTS } from "./constants";

export const newEndpointSchema = z.object({
  url: z
    .url({ protocol: /^https?$/, error: "URL has to be a web address, such as https://app.example.com/hooks." })
    .max(1000, "URL can have at most 1000 characters."),
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1, "Choose at least one event."),
});
export const webhookIdSchema = z.object({ id: z.uuid() });

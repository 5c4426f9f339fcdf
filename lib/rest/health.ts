import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { instanceHealth } from "@/lib/vault/data";

const healthSchema = z.object({
  Status: z.enum(["ok", "failing"]),
  Database: z.enum(["ok", "failing"]),
  Key: z.enum(["ok", "failing"]),
  Version: z.string(),
});

const route = createRoute({
  method: "get",
  path: "/health",
  tags: ["Health"],
  summary: "Say whether the instance works",
  responses: {
    200: { description: "Everything works", content: { "application/json": { schema: healthSchema } } },
    503: { description: "Something doesn't", content: { "application/json": { schema: healthSchema } } },
  },
});

export const health = new OpenAPIHono();

health.openapi(route, async (c) => {
  const found = await instanceHealth();
  const good = found.database && found.key;
  return c.json(
    {
      Status: good ? ("ok" as const) : ("failing" as const),
      Database: found.database ? ("ok" as const) : ("failing" as const),
      Key: found.key ? ("ok" as const) : ("failing" as const),
      Version: found.version,
    },
    good ? 200 : 503,
  );
});

import { OpenAPIHono } from "@hono/zod-openapi";
import { log } from "@/lib/platform/log";
import { health } from "./health";

/** The REST API under /v1.0. What isn't there answers 404 with a message, never a page. */
export function api(): OpenAPIHono {
  const app = new OpenAPIHono();
  app.use(async (c, next) => {
    await next();
    c.header("cache-control", "no-store");
  });
  app.route("/v1.0", health);
  app.notFound((c) =>
    c.json(
      { Message: "There is nothing at this address.", Code: "object.not_found", RequestId: c.req.header("x-request-id") ?? null },
      404,
    ),
  );
  app.onError((error, c) => {
    log().error({ err: error }, "api request failed");
    return c.json(
      { Message: "Something went wrong here. It was logged.", Code: "internal", RequestId: c.req.header("x-request-id") ?? null },
      500,
    );
  });
  return app;
}

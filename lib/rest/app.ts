import { OpenAPIHono } from "@hono/zod-openapi";
import { REQUEST_ID_HEADER } from "@/lib/access/request";
import { mount } from "@/lib/doors/rest";
import { failed, json } from "@/lib/doors/rest-answer";
import { env } from "@/lib/platform/env";
import { log } from "@/lib/platform/log";
import { VERSION } from "@/lib/platform/version";
import { accountConnectorEndpoints } from "./account-connectors";
import { accountEndpoints } from "./accounts";
import { activationEndpoints } from "./activation";
import { callEndpoints } from "./calls";
import { connectorExportEndpoints } from "./connector-exports";
import { connectorEndpoints } from "./connectors";
import { customFieldEndpoints } from "./custom-fields";
import { cycleWriteEndpoints } from "./cycle-writes";
import { cycleEndpoints } from "./cycles";
import { customConnectorEndpoints } from "./custom-connectors";
import { mountReference } from "./reference";
import { health } from "./health";
import { propertyEndpoints } from "./properties";
import { setupTokenEndpoints } from "./setup-tokens";
import { stepWriteEndpoints } from "./step-writes";
import { stepEndpoints } from "./steps";
import { mountToken } from "./token";
import { transactionEndpoints } from "./transactions";
import { userEndpoints } from "./users";
import { webhookEndpoints } from "./webhooks";

/** Every route of the API behind a token. */
export const ENDPOINTS = [
  ...accountEndpoints,
  ...userEndpoints,
  ...connectorEndpoints,
  ...customConnectorEndpoints,
  ...connectorExportEndpoints,
  ...accountConnectorEndpoints,
  ...propertyEndpoints,
  ...customFieldEndpoints,
  ...callEndpoints,
  ...setupTokenEndpoints,
  ...transactionEndpoints,
  ...cycleEndpoints,
  ...cycleWriteEndpoints,
  ...activationEndpoints,
  ...stepEndpoints,
  ...stepWriteEndpoints,
  ...webhookEndpoints,
];

/** The REST API under /v1.0 and its token endpoint. What isn't there answers 404 with a message, never a page. */
export function api(): OpenAPIHono {
  const app = new OpenAPIHono();
  app.onError((error, c) => {
    const requestId = c.req.header(REQUEST_ID_HEADER);
    log().error({ err: error, requestId }, "api request failed");
    return failed({ code: "internal", message: "Something went wrong here. It was logged." }, requestId);
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "OAuth2", {
    type: "oauth2",
    flows: { clientCredentials: { tokenUrl: "/oauth/token", scopes: {} } },
  });
  app.use("/v1.0/health", async (c, next) => {
    await next();
    c.header("cache-control", "no-store");
    c.header("x-content-type-options", "nosniff");
  });
  mountToken(app);
  mountReference(app);
  app.route("/v1.0", health);
  const otherMethod = mount(app, ENDPOINTS);
  app.notFound(
    (c) =>
      otherMethod(c) ??
      failed({ code: "object.not_found", message: "There is nothing at this address." }, c.req.header(REQUEST_ID_HEADER)),
  );
  let document: string | null = null;
  app.get("/v1.0/openapi.json", () => json(200, (document ??= JSON.stringify(documentOf(app)))));
  return app;
}

/** The description of every route, made from what the routes parse with. */
function documentOf(app: OpenAPIHono): unknown {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Keyway API",
      version: VERSION,
      description: "Everything that the console can do, for a partner's backend. Names in bodies are taken in any case.",
    },
    servers: [{ url: env().publicUrl }],
  });
}

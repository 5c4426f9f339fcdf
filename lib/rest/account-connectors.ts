import { z } from "@hono/zod-openapi";
import { accountEndpoint, accountList } from "@/lib/doors/rest";
import { integerId } from "@/lib/doors/rest-input";
import { credentialFromAuthValue } from "@/lib/installs/auth-value";
import { installedConnectors } from "@/lib/installs/data";
import { saveValues, updateInstall } from "@/lib/installs/mutations";
import { installNameSchema } from "@/lib/installs/schema";
import { ok } from "@/lib/kernel/result";
import { deauthenticate, uninstall } from "@/lib/oauth/revoke";
import { accountConnectorSchema, accountConnectorView, accountConnectorViews, boundConnector } from "./account-connector-view";

const TAG = "Account connectors";
const params = { id: integerId("id") };

/** What a client may send back as it got it: the rest of the object is read and left alone. */
const untouched = z.unknown().optional().openapi({ description: "Ignored." });

const changes = z
  .strictObject({
    Name: installNameSchema.optional(),
    Description: z.string().max(2000, "Description can have at most 2000 characters.").nullish(),
    AuthValue: z.string().max(100_000).nullish().openapi({
      description:
        "An API key; base64 of username:password; or a string that holds JSON with AccessToken, RefreshToken, Expires and RefreshExpires. Null leaves the credential as it is.",
    }),
    Id: untouched,
    Authenticated: untouched,
    Connector: untouched,
    IsPartnerIntegrationConnector: untouched,
    Properties: untouched,
    CustomFields: untouched,
    State: untouched,
    LastVerifiedUtc: untouched,
    LastError: untouched,
    ExpiresUtc: untouched,
  })
  .openapi("AccountConnectorChange");

export const accountConnectorEndpoints = [
  accountList({
    path: "/account/connectors",
    permission: "installs.read",
    tag: TAG,
    summary: "List the account's connectors",
    answer: accountConnectorSchema,
    kept: true,
    handle: async ({ scope, paging }) => {
      const { rows, total } = await installedConnectors(scope, paging);
      const until = Math.min(Number.POSITIVE_INFINITY, ...rows.map((row) => row.standsUntil));
      return ok({ rows: await accountConnectorViews(scope, rows), total, until });
    },
  }),
  accountEndpoint({
    method: "get",
    path: "/account/connectors/{id}",
    permission: "installs.read",
    tag: TAG,
    summary: "Read an account connector",
    params,
    answer: accountConnectorSchema,
    kept: true,
    handle: ({ scope, params: { id } }) => accountConnectorView(scope, id),
  }),
  accountEndpoint({
    method: "put",
    path: "/account/connectors/{id}",
    permission: "installs.write",
    tag: TAG,
    summary: "Rename, describe or authenticate an account connector",
    params,
    body: changes,
    answer: accountConnectorSchema,
    handle: async ({ scope, params: { id }, body }) => {
      const bound = await boundConnector(scope, id);
      if (!bound.ok) return bound;
      const { installed, authMethod } = bound.value;
      const credential = typeof body.AuthValue === "string" ? credentialFromAuthValue(authMethod, body.AuthValue) : null;
      if (credential && !credential.ok) return credential;
      if (body.Name !== undefined || body.Description !== undefined) {
        const description = body.Description === undefined ? installed.description : body.Description || null;
        const saved = await updateInstall(scope, id, { name: body.Name ?? installed.name, description });
        if (!saved.ok) return saved;
      }
      if (credential) {
        const saved = await saveValues(scope, id, [], credential.value);
        if (!saved.ok) return saved;
      }
      return accountConnectorView(scope, id);
    },
  }),
  accountEndpoint({
    method: "delete",
    path: "/account/connectors/{id}",
    permission: "installs.write",
    tag: TAG,
    summary: "Remove an account connector",
    description: "Its credential is revoked at the provider where that is possible. Refused while cycles use it.",
    params,
    errors: [409],
    answer: z.null(),
    handle: async ({ scope, params: { id } }) => {
      const done = await uninstall(scope, id);
      return done.ok ? ok(null) : done;
    },
  }),
  accountEndpoint({
    method: "put",
    path: "/account/connectors/{id}/deauthenticate",
    permission: "installs.write",
    tag: TAG,
    summary: "Remove the credential and keep the properties",
    params,
    answer: z.object({ Message: z.string() }).openapi("Message"),
    handle: async ({ scope, params: { id } }) => {
      const done = await deauthenticate(scope, id);
      return done.ok ? ok({ Message: `Connector '${done.value.name}' successfully de-authenticated.` }) : done;
    },
  }),
];

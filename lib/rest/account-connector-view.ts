import { z } from "@hono/zod-openapi";
import type { AccountScope } from "@/lib/access/types";
import { definitionOfRelease, connectorOf } from "@/lib/catalog/data";
import { authMethodOf } from "@/lib/catalog/definitions";
import { WrittenJson } from "@/lib/doors/rest-answer";
import { CONNECTION_STATES } from "@/lib/installs/constants";
import { installedConnector } from "@/lib/installs/data";
import { propertyName } from "@/lib/installs/install-connector";
import type { CustomField, InstalledConnector, InstalledProperty } from "@/lib/installs/types";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { soon, type Soon } from "@/lib/kernel/soon";
import { partnerValueNames } from "@/lib/partners/data";
import { connectorJson, connectorSchema, type ShownConnector } from "./connector-view";

export const noAccountConnector = fail("object.not_found", "There is no such account connector.");

export const propertySchema = z
  .object({
    Name: z.string(),
    Value: z.string().nullable().openapi({ description: "Null for a sensitive one." }),
    Id: z.int(),
    AccountConnectorId: z.int(),
    IsSensitive: z.boolean(),
  })
  .openapi("Property");

export const customFieldSchema = z
  .object({
    Id: z.int(),
    ConnectorField: z.string().nullable(),
    SystemField: z.string().nullable(),
    DisplayName: z.string().nullable(),
    Description: z.string().nullable(),
    DataType: z.string().nullable(),
    MethodUniqueIdentifier: z.string().nullable(),
    DataTypeFormat: z.string().nullable(),
    EntityIdentifier: z.string().nullable(),
    ForRequestFormat: z.boolean(),
  })
  .openapi("CustomField");

export const accountConnectorSchema = z
  .object({
    Id: z.int(),
    Name: z.string(),
    Description: z.string().nullable(),
    AuthValue: z.null().openapi({ description: "Never returned." }),
    Authenticated: z.boolean().openapi({ description: "Whether a credential is held." }),
    Connector: connectorSchema,
    IsPartnerIntegrationConnector: z.boolean(),
    Properties: z.array(propertySchema),
    CustomFields: z.array(customFieldSchema),
    State: z.enum(CONNECTION_STATES),
    LastVerifiedUtc: z.string().nullable(),
    LastError: z.string().nullable(),
    ExpiresUtc: z.string().nullable(),
  })
  .openapi("AccountConnector");

/** A time as the API writes it: ISO 8601 in UTC. */
export const utc = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

export const propertyView = (accountConnectorId: number, p: InstalledProperty): z.input<typeof propertySchema> => ({
  Name: propertyName(p.name),
  Value: p.isSecret ? null : p.value,
  Id: p.id,
  AccountConnectorId: accountConnectorId,
  IsSensitive: p.isSecret,
});

export const customFieldView = (field: CustomField): z.input<typeof customFieldSchema> => ({
  Id: field.id,
  ConnectorField: field.connectorField,
  SystemField: field.systemField,
  DisplayName: field.displayName,
  Description: field.description,
  DataType: field.dataType,
  MethodUniqueIdentifier: field.methodUniqueIdentifier,
  DataTypeFormat: field.dataTypeFormat,
  EntityIdentifier: field.entityIdentifier,
  ForRequestFormat: field.forRequestFormat,
});

/** An installed connector with the release and the authentication method that it is bound to. */
export interface BoundConnector {
  readonly installed: InstalledConnector;
  readonly connector: ShownConnector;
  readonly authMethod: ShownConnector["definition"]["authMethods"][number];
}

/** Errors: `object.not_found`. */
export async function boundConnector(scope: AccountScope, id: number): Promise<Result<BoundConnector>> {
  const installed = await installedConnector(scope, id);
  const connector = installed && (await shownConnector(scope, installed));
  const authMethod = connector && authMethodOf(connector.definition, installed.authMethodId);
  return connector && authMethod ? ok({ installed, connector, authMethod }) : noAccountConnector;
}

/** The connector in the release that an installation is bound to: mostly the live one. */
export const shownConnector = (
  scope: AccountScope,
  { connectorId, releaseId }: Pick<InstalledConnector, "connectorId" | "releaseId">,
): Soon<ShownConnector | null> =>
  soon(connectorOf(scope, connectorId), (live): Soon<ShownConnector | null> => {
    if (live?.releaseId === releaseId) return live;
    return soon(
      definitionOfRelease(scope, releaseId),
      (release) => release && { id: connectorId, kind: live?.kind ?? "application", releaseId, definition: release.definition },
    );
  });

const written = new WeakMap<InstalledConnector, { readonly inner: WrittenJson; readonly json: WrittenJson }>();

/** Written once for an installation that hasn't changed under a connector that hasn't. */
function write({ installed: i, connector, authMethod }: BoundConnector, given: readonly string[]): WrittenJson {
  const inner = connectorJson(connector, authMethod, given, i.id);
  const kept = written.get(i);
  if (kept?.inner === inner) return kept.json;
  const before = {
    Id: i.id,
    Name: i.name,
    Description: i.description,
    AuthValue: null,
    Authenticated: i.isAuthenticated,
  };
  const after = {
    IsPartnerIntegrationConnector: false,
    Properties: i.properties.map((p) => propertyView(i.id, p)),
    CustomFields: i.customFields.map(customFieldView),
    State: i.state,
    LastVerifiedUtc: utc(i.lastVerifiedAt),
    LastError: i.lastError,
    ExpiresUtc: utc(i.expiresAt),
  };
  const json = new WrittenJson(
    `${JSON.stringify(before).slice(0, -1)},"Connector":${inner.text},${JSON.stringify(after).slice(1)}`,
    i.standsUntil,
  );
  written.set(i, { inner, json });
  return json;
}

/** An installed connector as JSON. Errors: `object.not_found`. */
export async function accountConnectorView(scope: AccountScope, id: number): Promise<Result<WrittenJson>> {
  const bound = await boundConnector(scope, id);
  if (!bound.ok) return bound;
  return ok(write(bound.value, await partnerValueNames(scope, bound.value.connector.id)));
}

/** Several installed connectors as JSON, in the same order. */
export async function accountConnectorViews(scope: AccountScope, list: readonly InstalledConnector[]): Promise<WrittenJson[]> {
  const given = new Map<number, readonly string[]>();
  const releases = new Map<number, ShownConnector | null>();
  const out: WrittenJson[] = [];
  for (const installed of list) {
    const { connectorId, releaseId } = installed;
    if (!releases.has(releaseId)) releases.set(releaseId, await shownConnector(scope, installed));
    const connector = releases.get(releaseId);
    const authMethod = connector && authMethodOf(connector.definition, installed.authMethodId);
    if (!connector || !authMethod) continue;
    if (!given.has(connectorId)) given.set(connectorId, await partnerValueNames(scope, connectorId));
    out.push(write({ installed, connector, authMethod }, given.get(connectorId) ?? []));
  }
  return out;
}

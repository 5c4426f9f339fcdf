import { z } from "@hono/zod-openapi";
import type { AuthMethod, ConnectorDefinition, Parameter } from "@/lib/auth-methods/definition";
import { authMethodGuid } from "@/lib/auth-methods/identifiers";
import { methodTitle } from "@/lib/auth-methods/prompts";
import { connectorParameters, kindOf } from "@/lib/auth-methods/registry";
import { canonicalName } from "@/lib/auth-methods/templates";
import { isAccountProperty, propertyName } from "@/lib/installs/install-connector";
import { WrittenJson } from "@/lib/doors/rest-answer";
import { connectorParameterNumber, methodNumber } from "./numbers";

export const triggerSchema = z
  .object({
    TriggerId: z.int(),
    AccountConnectorId: z.int().nullable(),
    MethodId: z.int().nullable(),
    Name: z.string(),
    HumanReadableKey: z.string(),
    IdentifierKey: z.string(),
    SubTriggers: z.array(z.unknown()),
    EntityId: z.int().nullable(),
  })
  .openapi("Trigger");

const connectorParameterSchema = z
  .object({
    Id: z.int(),
    Name: z.string(),
    Description: z.string().nullable(),
    TargetType: z.string(),
    TargetName: z.string().openapi({ description: "The name under which its value is set as a property." }),
    IsAccountConnectorProperty: z.boolean(),
    IsSensitive: z.boolean(),
    IsOptional: z.boolean().openapi({ description: "Also where the partner or the definition has given it." }),
    DataType: z.string(),
    TriggerName: z.string().nullable(),
    Values: z.array(z.string()),
    DisplayOrder: z.int(),
    Triggers: z.array(triggerSchema),
  })
  .openapi("ConnectorParameter");

const authenticationSchema = z
  .object({
    Id: z.uuid(),
    AuthName: z.string(),
    AuthDescription: z.string().nullable(),
    AuthType: z.string(),
    OAuth2Type: z.string(),
    AuthScheme: z.string().nullable(),
    IsDefault: z.boolean(),
  })
  .openapi("Authentication");

export const connectorSchema = z
  .object({
    Id: z.int(),
    Name: z.string(),
    Description: z.string(),
    Status: z.string(),
    Version: z.string(),
    Icon: z.string().nullable().openapi({ description: "A data URL; null where a connector has none of its own." }),
    IsSystemConnector: z.boolean(),
    Categories: z.array(z.string()),
    AuthDescription: z.string().nullable(),
    AuthType: z.string().openapi({ description: "None, ApiKey, Basic, OAuth1, OAuth2 or AuthFields." }),
    OAuth2Type: z.string().openapi({ description: "AuthorisationCode, ClientCredentials, PasswordCredentials or Unknown." }),
    AuthScheme: z.string().nullable().openapi({ description: "The header of an API key." }),
    Parameters: z.array(connectorParameterSchema),
    Triggers: z.array(triggerSchema),
    Authentication: z.array(authenticationSchema),
  })
  .openapi("Connector");

/** What of a connector the view is made of. */
export interface ShownConnector {
  readonly id: number;
  readonly kind: "application" | "custom" | "utility";
  readonly releaseId: number;
  readonly definition: ConnectorDefinition;
}

const DATA_TYPES = { string: "Text", text: "Text", boolean: "Boolean", number: "Decimal" } as const;

/** The header that carries an API key; null for everything that goes elsewhere. */
function authScheme(method: AuthMethod): string | null {
  if (method.type !== "ApiKey") return null;
  const header = kindOf(method)
    .placements(method)
    .find((p) => p.in === "header");
  return header?.name ?? null;
}

const authOf = (method: AuthMethod) => ({
  AuthDescription: method.description ?? null,
  AuthType: method.type,
  OAuth2Type: method.oauth2?.grant ?? "Unknown",
  AuthScheme: authScheme(method),
});

const isShown = (p: Parameter): boolean =>
  !p.hidden && p.fixed === undefined && p.source !== "system" && p.source !== "tokenResponse";

/** Triggers of a definition, for one installation where it is one. */
export const triggersOf = (connector: ShownConnector, accountConnectorId: number | null) =>
  connector.definition.lookups.map((lookup, index) => {
    const method = connector.definition.methods.findIndex((m) => m.id === lookup.method);
    return {
      TriggerId: index + 1,
      AccountConnectorId: accountConnectorId,
      MethodId: method === -1 ? null : methodNumber(connector.releaseId, method),
      Name: lookup.name,
      HumanReadableKey: lookup.humanReadableKey,
      IdentifierKey: lookup.identifierKey,
      SubTriggers: [],
      EntityId: null as number | null,
    };
  });

function parameterViews(definition: ConnectorDefinition, method: AuthMethod, given: readonly string[]) {
  const partnerHas = new Set(given.map(canonicalName));
  const shown = connectorParameters(definition, method).filter(
    (p) => isShown(p) && (isAccountProperty(p, method) || p.level === "partner"),
  );
  return shown.map((p, index) => ({
    Id: connectorParameterNumber(definition.slug, p.name),
    Name: p.title,
    Description: p.description ?? null,
    TargetType: "MergeField",
    TargetName: propertyName(p.name),
    IsAccountConnectorProperty: isAccountProperty(p, method),
    IsSensitive: p.secret,
    IsOptional: !p.required || p.source !== "user" || p.default !== undefined || partnerHas.has(canonicalName(p.name)),
    DataType: DATA_TYPES[p.type],
    TriggerName: null,
    Values: p.enum ?? (p.type === "boolean" ? ["true", "false"] : []),
    DisplayOrder: index + 1,
    Triggers: [],
  }));
}

/** A connector under one of its methods. In: names of the values that the partner has given; the installation it is shown for, if any. */
function connectorView(
  connector: ShownConnector,
  method: AuthMethod,
  given: readonly string[],
  accountConnectorId: number | null,
): z.input<typeof connectorSchema> {
  const { id, kind, definition } = connector;
  const byDefault = definition.authMethods.find((m) => m.isDefault) ?? definition.authMethods[0];
  return {
    Id: id,
    Name: definition.name,
    Description: definition.description,
    Status: definition.status,
    Version: definition.apiVersion ?? "1.0",
    Icon: definition.icon ?? null,
    IsSystemConnector: kind === "utility",
    Categories: definition.categories,
    ...authOf(method),
    Parameters: parameterViews(definition, method, given),
    Triggers: triggersOf(connector, accountConnectorId),
    Authentication: definition.authMethods.map((m) => ({
      Id: authMethodGuid(definition.slug, m.id),
      AuthName: methodTitle(m),
      ...authOf(m),
      IsDefault: m === byDefault,
    })),
  };
}

const written = new WeakMap<AuthMethod, Map<string, WrittenJson>>();

/** The view of a connector as JSON, kept for as long as its definition is. */
export function connectorJson(
  connector: ShownConnector,
  method: AuthMethod,
  given: readonly string[],
  accountConnectorId: number | null = null,
): WrittenJson {
  // Only triggers name the installation; a connector without any is the same for all.
  const installation = connector.definition.lookups.length > 0 ? accountConnectorId : null;
  const key = `${connector.id}:${connector.releaseId}:${installation ?? ""}:${given.join(",")}`;
  let kept = written.get(method);
  if (!kept) written.set(method, (kept = new Map()));
  let json = kept.get(key);
  if (!json) {
    if (kept.size > 500) kept.clear();
    kept.set(key, (json = new WrittenJson(JSON.stringify(connectorView(connector, method, given, installation)))));
  }
  return json;
}

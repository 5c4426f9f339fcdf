import { z } from "@hono/zod-openapi";
import type { AuthMethod, ConnectorDefinition, Field, MethodDefinition, MethodParameter } from "@/lib/auth-methods/definition";
import { kindOf } from "@/lib/auth-methods/registry";

export const exportSchema = z
  .looseObject({
    Id: z.int(),
    Name: z.string(),
    UniqueIdentifier: z.string(),
    ReleaseStatus: z.enum(["Draft", "Live"]),
    Status: z.string(),
    Description: z.string(),
    Version: z.string().nullable(),
    ...Object.fromEntries(
      ["Authentication", "Parameters", "Triggers", "MethodCategories", "Methods", "RateLimits", "Deprecations"].map((name) => [
        name,
        z.array(z.looseObject({})),
      ]),
    ),
    Script: z.string().nullable(),
    ProductAddon: z.looseObject({ Categories: z.array(z.string()), ConnectorName: z.string(), Published: z.boolean() }),
  })
  .openapi("CustomConnectorExport");

const firstOf = (templates: string | readonly string[] | undefined): string | null =>
  typeof templates === "string" ? templates : (templates?.[0] ?? null);

const shownSlot = (p: {
  name: string;
  title: string;
  description?: string | undefined;
  targetType?: string | undefined;
  targetName?: string | undefined;
  lookup?: string | undefined;
}) => ({
  Name: p.name,
  DisplayName: p.title,
  Description: p.description ?? null,
  TargetType: p.targetType ?? "MergeField",
  TargetName: p.targetName ?? p.name,
  TriggerName: p.lookup ?? null,
});

const shownValues = (list: readonly string[] | undefined) => (list ?? []).map((Value) => ({ Value }));

const shownParameter = (p: MethodParameter, index: number) => ({
  ...shownSlot(p),
  IsOptional: p.optional,
  Hide: p.hidden,
  DefaultValue: p.default ?? null,
  Values: shownValues(p.values),
  DisplayOrder: index + 1,
});

const shownField = (f: Field, index: number) => ({
  ConnectorField: f.path,
  SystemField: f.path,
  DisplayField: f.title,
  Description: f.description ?? null,
  DataType: f.type,
  IsOptional: f.optional,
  DefaultValue: f.default ?? null,
  TriggerName: f.lookup ?? null,
  Values: shownValues(f.values),
  DisplayOrder: index + 1,
});

const shownMethod = (m: MethodDefinition, base: string) => ({
  Name: m.name,
  Description: m.description ?? null,
  Category: m.category,
  MethodType: "Action",
  MethodUniqueIdentifier: m.uid ?? null,
  HttpMethod: m.httpMethod[0] + m.httpMethod.slice(1).toLowerCase(),
  DataType: m.bodyFormat === "form" ? "Form" : "Json",
  EndPoint: m.endpoint.startsWith("/") ? `${base}${m.endpoint}` : m.endpoint,
  Hide: m.hidden,
  Script: m.script ?? null,
  Parameters: m.parameters.map(shownParameter),
  RequestFormat: { Fields: m.requestFields.map(shownField) },
  ResponseFormat: { Fields: m.responseFields.map(shownField) },
});

const shownAuthMethod = (a: AuthMethod, isDefault: boolean) => ({
  Name: a.title ?? null,
  Description: a.description ?? null,
  AuthType: a.type,
  OAuth2Type: a.oauth2?.grant ?? "Unknown",
  AuthScheme:
    a.type === "ApiKey"
      ? (kindOf(a)
          .placements(a)
          .find((p) => p.in === "header")?.name ?? null)
      : null,
  AuthoriseUrl: firstOf(a.oauth2?.authorizationEndpoint ?? a.oauth1?.authorizationEndpoint),
  AccessTokenUrl: firstOf(a.oauth2?.tokenEndpoint ?? a.oauth1?.accessTokenEndpoint),
  RequestTokenUrl: firstOf(a.oauth1?.requestTokenEndpoint),
  Scopes: a.oauth2?.scopes?.default?.join(" ") ?? null,
  AuthFields: (a.authFields ?? []).map((f) => ({ Name: f.name, Key: f.key, Type: f.type })),
  IsDefault: isDefault,
});

/** A definition as an export; its base URL stands before each path, since the format has none of its own. */
export function exportOf(
  connector: { readonly id: number; readonly uid: string; readonly isLive: boolean },
  d: ConnectorDefinition,
): z.input<typeof exportSchema> {
  const base = (firstOf(d.baseUrl) ?? "").replace(/\/$/, "");
  const byDefault = d.authMethods.find((a) => a.isDefault) ?? d.authMethods[0];
  return {
    Id: connector.id,
    Name: d.name,
    UniqueIdentifier: connector.uid,
    ReleaseStatus: connector.isLive ? "Live" : "Draft",
    Status: d.status,
    Description: d.description,
    Version: d.apiVersion ?? null,
    Authentication: d.authMethods.map((a) => shownAuthMethod(a, a === byDefault)),
    Parameters: d.parameters.map((p, index) => ({
      ...shownSlot(p),
      IsOptional: !p.required,
      IsSensitive: p.secret,
      Hide: p.hidden,
      DefaultValue: p.fixed ?? (p.default === undefined ? null : String(p.default)),
      Values: shownValues(p.enum),
      IsAccountConnectorProperty: p.level === "account",
      IsPartnerProperty: p.level !== "account" && p.fixed === undefined,
      DisplayOrder: index + 1,
    })),
    Triggers: d.lookups.map((l) => ({
      Name: l.name,
      MethodName: d.methods.find((m) => m.id === l.method)?.name ?? null,
      HumanReadableKey: l.humanReadableKey,
      IdentifierKey: l.identifierKey,
    })),
    MethodCategories: [...new Set(d.methods.map((m) => m.category))].map((Name) => ({ Name })),
    Methods: d.methods.map((m) => shownMethod(m, base)),
    RateLimits: d.rateLimit
      ? [
          "requestsPerSecond" in d.rateLimit
            ? { RequestsPerSecond: d.rateLimit.requestsPerSecond }
            : { SecondsBetween: d.rateLimit.secondsBetween },
        ]
      : [],
    Deprecations: [],
    Script: d.script ?? null,
    ProductAddon: { Categories: d.categories, ConnectorName: d.name, Published: connector.isLive },
  } as z.input<typeof exportSchema>;
}

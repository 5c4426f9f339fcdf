import { z } from "@hono/zod-openapi";
import { blankAuthMethod, withOAuth2Type } from "@/lib/auth-methods/blank-method";
import { AUTH_TYPES, OAUTH2_TYPES, TARGET_TYPES, type AuthMethod } from "@/lib/auth-methods/definition";
import { flag } from "@/lib/doors/rest-input";
import { freshId, slugify } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";

/** The exchange format of connector exports: names in PascalCase, unknown ones let through. */
const text = z.string().nullish();
const yes = flag().nullish();
const values = z.array(z.union([z.string(), z.looseObject({ Value: z.string() })])).nullish();

const slot = {
  Description: text,
  IsOptional: yes,
  Hide: yes,
  DefaultValue: text,
  TriggerName: text,
  Values: values,
  DisplayOrder: z.number().nullish(),
};
const parameter = z.looseObject({ Name: text, DisplayName: text, TargetType: text, TargetName: text, ...slot });
const connectorParameter = parameter.extend({
  IsSensitive: yes,
  IsAccountConnectorProperty: yes,
  IsPartnerProperty: yes,
});
const field = z.looseObject({
  ConnectorField: z.string(),
  SystemField: text,
  DisplayField: text,
  DataType: text,
  ...slot,
});
const format = z.looseObject({ Fields: z.array(field).nullish() }).nullish();
const method = z.looseObject({
  Name: z.string(),
  Description: text,
  Category: text,
  MethodUniqueIdentifier: text,
  HttpMethod: text,
  DataType: text,
  EndPoint: z.string(),
  Hide: yes,
  Script: text,
  Parameters: z.array(parameter).nullish(),
  RequestFormat: format,
  ResponseFormat: format,
});
const authentication = z.looseObject({
  Name: text,
  Description: text,
  AuthType: text.openapi({ description: "None where absent." }),
  OAuth2Type: text,
  AuthScheme: text,
  AuthoriseUrl: text,
  AccessTokenUrl: text,
  RequestTokenUrl: text,
  Scopes: text,
  AuthFields: z.array(z.looseObject({ Name: z.string(), Key: z.string(), Type: text })).nullish(),
  IsDefault: yes,
});
const trigger = z.looseObject({
  Name: z.string(),
  MethodName: z.string(),
  HumanReadableKey: z.string(),
  IdentifierKey: z.string(),
});
const rateLimit = z.looseObject({ RequestsPerSecond: z.number().nullish(), SecondsBetween: z.number().nullish() });

/** The sentence that clients of this API know for an export without a name. */
const noName = "Invalid connector: (Column 'Name' cannot be null)";
const guid = z.guid("UniqueIdentifier has to be a GUID.");

const members = {
  Description: text,
  Version: text,
  Authentication: z.array(authentication).nullish(),
  Parameters: z.array(connectorParameter).nullish(),
  Triggers: z.array(trigger).nullish(),
  Methods: z.array(method).nullish(),
  RateLimits: z.array(rateLimit).nullish(),
  Script: text,
  ProductAddon: z.looseObject({ Categories: z.array(z.unknown()).nullish() }).nullish(),
};

export const exportInput = z
  .looseObject({
    UniqueIdentifier: guid,
    Name: z.string({ error: noName }).trim().min(1, noName).max(200, "Name can have at most 200 characters."),
    ...members,
  })
  .openapi("ConnectorExport", {
    description: "ClientId and ClientSecret are ignored: they belong to the Authentication settings.",
  });
type Export = z.output<typeof exportInput>;

/** Whatever isn't given is left out, so that a definition's own defaults hold. */
const present = <T extends object>(object: T) =>
  Object.fromEntries(Object.entries(object).filter(([, v]) => v !== undefined && v !== null && v !== "")) as Partial<T>;

const known = <T extends string>(all: readonly T[], given: string | null | undefined): T | undefined =>
  all.find((each) => each.toLowerCase() === given?.toLowerCase());

const valuesOf = (list: z.output<typeof values>): string[] | undefined =>
  list?.length ? list.map((v) => (typeof v === "string" ? v : v.Value)) : undefined;

const slotOf = (s: z.output<typeof parameter>) =>
  present({
    name: s.Name || s.TargetName || s.DisplayName,
    title: s.DisplayName || s.Name || s.TargetName,
    description: s.Description,
    targetType: known(TARGET_TYPES, s.TargetType) ?? "MergeField",
    targetName: s.TargetName || s.Name,
    lookup: s.TriggerName,
  });

/** A parameter of the connector. One that nobody is asked for always has its default value. */
function connectorParameterOf(p: z.output<typeof connectorParameter>): object {
  const isFixed = p.Hide === true && typeof p.DefaultValue === "string";
  return {
    ...slotOf(p),
    ...present({
      required: p.IsOptional === undefined || p.IsOptional === null ? undefined : !p.IsOptional,
      secret: p.IsSensitive,
      enum: valuesOf(p.Values),
      isAccountConnectorProperty: p.IsAccountConnectorProperty || undefined,
      isPartnerProperty: p.IsPartnerProperty || undefined,
    }),
    ...(isFixed ? { fixed: p.DefaultValue, source: "system", hidden: true } : present({ default: p.DefaultValue })),
  };
}

const methodParameterOf = (p: z.output<typeof parameter>): object => ({
  ...slotOf(p),
  ...present({ optional: p.IsOptional, hidden: p.Hide, default: p.DefaultValue, values: valuesOf(p.Values) }),
});

const fieldOf = (f: z.output<typeof field>): object => ({
  path: f.ConnectorField,
  title: f.DisplayField || f.SystemField || f.ConnectorField,
  ...present({
    description: f.Description,
    optional: f.IsOptional,
    type: f.DataType,
    values: valuesOf(f.Values),
    default: f.DefaultValue,
    lookup: f.TriggerName,
  }),
});

function methodOf(m: z.output<typeof method>, taken: string[]): object {
  const id = freshId(m.Name, taken);
  taken.push(id);
  return {
    id,
    name: m.Name,
    endpoint: m.EndPoint,
    httpMethod: (m.HttpMethod ?? "GET").toUpperCase(),
    bodyFormat: /form/i.test(m.DataType ?? "") ? "form" : "json",
    parameters: (m.Parameters ?? []).map(methodParameterOf),
    requestFields: (m.RequestFormat?.Fields ?? []).map(fieldOf),
    responseFields: (m.ResponseFormat?.Fields ?? []).map(fieldOf),
    ...present({
      uid: m.MethodUniqueIdentifier,
      description: m.Description,
      category: m.Category,
      script: m.Script,
      hidden: m.Hide,
    }),
  };
}

function authMethodOf(a: z.output<typeof authentication>, index: number, taken: string[]): Result<AuthMethod> {
  const type = known(AUTH_TYPES, a.AuthType || "None");
  const wrong = (name: string, all: readonly string[]) =>
    fail("request.invalid", `Authentication.${index}.${name} has to be one of ${all.join(", ")}.`);
  if (!type) return wrong("AuthType", AUTH_TYPES);
  const id = freshId(slugify(a.Name ?? "") || slugify(type), taken);
  taken.push(id);
  const blank = blankAuthMethod(
    type,
    id,
    present({ title: a.Name, description: a.Description, isDefault: a.IsDefault || undefined }) as never,
  );
  if (type === "ApiKey" && a.AuthScheme)
    return ok({ ...blank, placements: [{ in: "header", name: a.AuthScheme, value: "{{apiKey}}" }] });
  if (type === "AuthFields" && a.AuthFields?.length) {
    const authFields = a.AuthFields.map((f) => ({ name: f.Name, key: f.Key, type: (f.Type || "Text") as "Text" }));
    return ok({ ...blank, authFields });
  }
  const { oauth1, oauth2 } = blank;
  if (oauth1) {
    const given = {
      requestTokenEndpoint: a.RequestTokenUrl,
      authorizationEndpoint: a.AuthoriseUrl,
      accessTokenEndpoint: a.AccessTokenUrl,
    };
    return ok({ ...blank, oauth1: { ...oauth1, ...present(given) } as typeof oauth1 });
  }
  if (!oauth2) return ok(blank);
  const grant = known(OAUTH2_TYPES, a.OAuth2Type || "AuthorisationCode");
  if (!grant) return wrong("OAuth2Type", OAUTH2_TYPES);
  const scopes = (a.Scopes ?? "").split(/[\s,]+/).filter(Boolean);
  const endpoints = present({ authorizationEndpoint: a.AuthoriseUrl, tokenEndpoint: a.AccessTokenUrl });
  const own = { ...oauth2, ...endpoints, ...(scopes.length > 0 ? { scopes: { default: scopes } } : {}) } as typeof oauth2;
  return ok(withOAuth2Type({ ...blank, oauth2: own }, grant));
}

/** The definition that an export says, for the room of custom connectors to check. Errors: `request.invalid` with the place. */
export function definitionOf(given: Export): Result<object> {
  const ids: string[] = [];
  const authMethods: AuthMethod[] = [];
  for (const [index, each] of (given.Authentication?.length ? given.Authentication : [{}]).entries()) {
    const one = authMethodOf(each as z.output<typeof authentication>, index, ids);
    if (!one.ok) return one;
    authMethods.push(one.value);
  }
  const methodIds: string[] = [];
  const methods = (given.Methods ?? []).map((m) => methodOf(m, methodIds));
  const lookups: object[] = [];
  for (const [index, t] of (given.Triggers ?? []).entries()) {
    const at = (given.Methods ?? []).findIndex((m) => m.Name === t.MethodName);
    if (at === -1) return fail("request.invalid", `Triggers.${index}.MethodName is none of the methods.`);
    lookups.push({ name: t.Name, method: methodIds[at], humanReadableKey: t.HumanReadableKey, identifierKey: t.IdentifierKey });
  }
  const [limit] = given.RateLimits ?? [];
  const rate = limit && present({ requestsPerSecond: limit.RequestsPerSecond, secondsBetween: limit.SecondsBetween });
  const categories = (given.ProductAddon?.Categories ?? []).filter((c): c is string => typeof c === "string");
  return ok({
    slug: slugify(given.Name) || "connector",
    name: given.Name,
    authMethods,
    parameters: (given.Parameters ?? []).map(connectorParameterOf),
    methods,
    lookups,
    categories,
    ...present({ description: given.Description, apiVersion: given.Version, script: given.Script }),
    ...(rate && Object.keys(rate).length > 0 ? { rateLimit: rate } : {}),
  });
}

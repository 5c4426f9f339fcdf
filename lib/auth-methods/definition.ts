import { z } from "zod";
import { AUTH_TYPES } from "./constants";

/**
 * The definition of a connector as data (docs/definition-format.md): everything by which one provider
 * differs from another stands here, never in code.
 */
export { AUTH_TYPES };
export type AuthType = (typeof AUTH_TYPES)[number];

export const OAUTH2_TYPES = ["AuthorisationCode", "ClientCredentials", "PasswordCredentials"] as const;
export type OAuth2Type = (typeof OAUTH2_TYPES)[number];

/** Text with `{{name}}` merge fields and filters: `{{base64(username:password)}}`, `{{host|lower}}`. */
export const template = z.string().max(20_000);
/** A list means: the first entry whose merge fields all have values wins. */
export const templates = z.union([template, z.array(template).min(1)]);
export type Templates = z.infer<typeof templates>;

const name = z.string().min(1).max(200);

/** Where the value of a parameter goes: into every call where it stands on the connector, into one where it stands on a method. */
export const TARGET_TYPES = ["HttpHeader", "MergeField", "QueryString", "FilterField", "ResponseField", "Script"] as const;
const scalar = z.union([z.string(), z.number(), z.boolean()]);

export const parameterSchema = z.strictObject({
  name,
  title: z.string().min(1).max(200),
  description: z.string().max(2000).optional(),
  /** Who may give it. Blank at the partner means: asked at install. */
  level: z.enum(["partnerOrAccount", "partner", "account"]).default("partnerOrAccount"),
  /** Only `user` is asked of a person; the others arrive by themselves and may also be typed where they are redirect or postConnect. */
  source: z.enum(["user", "system", "tokenResponse", "redirect", "postConnect"]).default("user"),
  /** Where a value that isn't typed is read: a path in the response or the name in the redirect. */
  path: z.string().optional(),
  type: z.enum(["string", "boolean", "number", "text"]).default("string"),
  format: z.enum(["hostname", "uri", "uuid", "email", "pem"]).optional(),
  required: z.boolean().default(true),
  secret: z.boolean().default(false),
  readOnly: z.boolean().default(false),
  hidden: z.boolean().default(false),
  pattern: z.string().max(500).optional(),
  example: z.string().max(500).optional(),
  enum: z.array(z.string()).optional(),
  /** Words for the entries of `enum`, in the same order. */
  enumTitles: z.array(z.string()).optional(),
  default: scalar.optional(),
  /** Never asked, always this value; "" is a value. */
  fixed: z.string().optional(),
  prefix: z.string().optional(),
  suffix: z.string().optional(),
  valueTemplate: template.optional(),
  visibleWhen: z.strictObject({ parameter: name, equals: z.string() }).optional(),
  /** `HttpHeader` and `QueryString` are sent with every call, under `targetName` or the parameter's own name. */
  targetType: z.enum(TARGET_TYPES).optional(),
  targetName: name.optional(),
  /** A dropdown of what a look-up of this connector finds. */
  lookup: z.string().optional(),
});
export type Parameter = z.output<typeof parameterSchema>;

export const placementSchema = z.strictObject({
  in: z.enum(["header", "query", "body", "cookie", "path"]),
  name: z.string().optional(),
  value: z.union([templates, z.record(z.string(), z.unknown())]),
});
export type Placement = z.output<typeof placementSchema>;

export const tokenRequestSchema = z.strictObject({
  method: z.enum(["POST", "GET"]).optional(),
  format: z.enum(["form", "json", "query"]).optional(),
  parameters: z.record(z.string(), scalar).optional(),
  headers: z.record(z.string(), template).optional(),
  /** Standard parameter name to the provider's own, such as `client_id` to `client_key`. */
  names: z.record(z.string(), z.string()).optional(),
});
export type TokenRequest = z.output<typeof tokenRequestSchema>;

export const oauth2Schema = z.strictObject({
  grant: z.enum(OAUTH2_TYPES),
  authorizationEndpoint: templates.optional(),
  tokenEndpoint: templates,
  refreshEndpoint: templates.optional(),
  revocationEndpoint: templates.optional(),
  /** Expected `iss` of the authorization response (RFC 9207), where the server sends one. */
  issuer: templates.optional(),
  tokenEndpointAuthMethod: z.enum(["client_secret_post", "client_secret_basic", "none"]).default("client_secret_post"),
  codeChallengeMethod: z.enum(["S256", "none"]).default("S256"),
  scopes: z
    .strictObject({
      default: z.array(z.string()).optional(),
      optionalDefault: z.array(z.string()).optional(),
      /** Without one of these the connection isn't usable (S-26). */
      required: z.array(z.string()).optional(),
      separator: z.string().optional(),
      editable: z.boolean().optional(),
      encode: z.boolean().optional(),
      parameterName: z.string().optional(),
      /** Plain words for scopes, shown before the customer leaves for the provider. */
      titles: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  authorizationParameters: z.record(z.string(), scalar).optional(),
  authorizationNames: z.record(z.string(), z.string()).optional(),
  authorizationFragment: z.string().optional(),
  codeParameter: z.string().optional(),
  tokenRequest: tokenRequestSchema.optional(),
  refreshRequest: tokenRequestSchema.optional(),
  tokenResponse: z
    .strictObject({
      accessToken: z.string().optional(),
      refreshToken: z.string().optional(),
      expiresIn: z.string().optional(),
      expiresInUnit: z.enum(["s", "ms"]).optional(),
      expiresAt: z.string().optional(),
      scope: z.string().optional(),
      alternateRoot: z.string().optional(),
    })
    .optional(),
});
export type OAuth2 = z.output<typeof oauth2Schema>;

export const oauth1Schema = z.strictObject({
  signatureMethod: z.enum(["HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1", "PLAINTEXT"]).default("HMAC-SHA1"),
  /** Three-legged, a token pair typed in, or no token at all. */
  tokenSource: z.enum(["authorize", "entered", "none"]).default("authorize"),
  requestTokenEndpoint: templates.optional(),
  authorizationEndpoint: templates.optional(),
  accessTokenEndpoint: templates.optional(),
  realm: template.optional(),
  requestParameters: z.record(z.string(), scalar).optional(),
  authorizationParameters: z.record(z.string(), scalar).optional(),
  scopes: oauth2Schema.shape.scopes,
});
export type OAuth1 = z.output<typeof oauth1Schema>;

export const lifetimeSchema = z.strictObject({
  source: z.enum(["response", "fixed", "introspection", "unlimited"]).optional(),
  seconds: z.number().positive().optional(),
  renew: z.enum(["refresh_token", "reissue", "access_token", "reauthorise", "none"]).optional(),
  renewEarlySeconds: z.number().nonnegative().optional(),
});

export const httpRequestSchema = z.strictObject({
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]).default("GET"),
  /** Paths below the base URL, tried in order until one answers 2xx; or `url`, absolute. */
  paths: z.array(template).optional(),
  url: template.optional(),
  headers: z.record(z.string(), template).optional(),
  body: z.unknown().optional(),
});

export const authMethodSchema = z.strictObject({
  /** Unique in the connector; the GUID that the API shows is derived from it. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  title: z.string().optional(),
  description: z.string().optional(),
  type: z.enum(AUTH_TYPES),
  isDefault: z.boolean().optional(),
  parameters: z.array(parameterSchema).default([]),
  baseUrl: templates.optional(),
  placements: z.array(placementSchema).default([]),
  oauth2: oauth2Schema.optional(),
  oauth1: oauth1Schema.optional(),
  /** AuthFields: Name, Key and Type of each value that goes into the body of every POST. */
  authFields: z
    .array(z.strictObject({ name, key: z.string().min(1), type: z.enum(["Text", "Password", "Number", "Boolean"]) }))
    .optional(),
  lifetime: lifetimeSchema.optional(),
});
export type AuthMethod = z.output<typeof authMethodSchema>;

export const methodParameterSchema = z.strictObject({
  name,
  title: z.string().min(1).max(200),
  targetType: z.enum(TARGET_TYPES),
  targetName: z.string().min(1).max(200),
  description: z.string().optional(),
  optional: z.boolean().default(false),
  hidden: z.boolean().default(false),
  values: z.array(z.string()).optional(),
  default: z.string().optional(),
  lookup: z.string().optional(),
  type: z.enum(["Text", "Integer", "Decimal", "Boolean", "DateTime"]).default("Text"),
});
export type MethodParameter = z.output<typeof methodParameterSchema>;

export const fieldSchema = z.strictObject({
  /** Place in the body, such as `address.city` or `[data].id`. */
  path: z.string().min(1).max(500),
  title: z.string().min(1).max(200),
  description: z.string().optional(),
  optional: z.boolean().default(true),
  type: z.enum(["Undefined", "Text", "Integer", "Float", "Decimal", "Boolean", "DateTime", "File"]).default("Text"),
  values: z.array(z.string()).optional(),
  default: z.string().optional(),
  lookup: z.string().optional(),
});
export type Field = z.output<typeof fieldSchema>;

/** Calls of one installed connector: so many a second, or so many seconds between two. What is too fast waits its turn. */
export const rateLimitSchema = z.union([
  z.strictObject({ requestsPerSecond: z.number().positive().max(10_000) }),
  z.strictObject({ secondsBetween: z.number().positive().max(3600) }),
]);
export type RateLimit = z.output<typeof rateLimitSchema>;

/** Whether lists are fetched page by page to their end, and how many entries a page is asked for. */
export const pagingSchema = z.strictObject({
  inbound: z.boolean().default(true),
  pageSize: z.number().int().positive().max(10_000).optional(),
});

/** A raster image of at most 100 KB as a data URL: SVG could carry script. */
export const iconSchema = z
  .string()
  .max(140_000, "The icon can have at most 100 KB.")
  .regex(/^data:image\/(png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/, "The icon has to be a PNG, JPEG or WebP image.");

export const methodSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  /** MethodUniqueIdentifier; derived from connector and id where absent. */
  uid: z.uuid().optional(),
  name: z.string().min(1).max(200),
  description: z.string().optional(),
  category: z.string().default("General"),
  httpMethod: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
  /** A path below the base URL, or an absolute URL; with merge fields. */
  endpoint: template,
  headers: z.record(z.string(), template).optional(),
  query: z.record(z.string(), template).optional(),
  /** How a request body is written. */
  bodyFormat: z.enum(["json", "form"]).default("json"),
  parameters: z.array(methodParameterSchema).default([]),
  requestFields: z.array(fieldSchema).default([]),
  responseFields: z.array(fieldSchema).default([]),
  script: z.string().optional(),
  hidden: z.boolean().default(false),
  /** Header that carries an idempotency key, where the provider knows one. */
  idempotencyHeader: z.string().optional(),
  /** In place of the connector's own limit. */
  rateLimit: rateLimitSchema.optional(),
  /** In place of the connector's own paging. */
  paging: pagingSchema.optional(),
});
export type MethodDefinition = z.output<typeof methodSchema>;

export const lookupSchema = z.strictObject({
  name,
  method: z.string(),
  identifierKey: z.string(),
  humanReadableKey: z.string(),
});

export const CONNECTOR_STATUSES = ["Approved", "Beta", "Planned"] as const;

export const connectorDefinitionSchema = z.strictObject({
  slug: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  name: z.string().min(1).max(200),
  /** The provider's own API version, not a revision of this definition. */
  apiVersion: z.string().optional(),
  description: z.string().max(4000).default(""),
  status: z.enum(CONNECTOR_STATUSES).default("Approved"),
  categories: z.array(z.string()).default([]),
  aliases: z.array(z.string()).default([]),
  website: z.url().optional(),
  docsUrl: z.url().optional(),
  /** Where a partner registers an app, linked from the guide. */
  developerUrl: z.url().optional(),
  parameters: z.array(parameterSchema).default([]),
  baseUrl: templates.optional(),
  headers: z.record(z.string(), templates).optional(),
  query: z.record(z.string(), templates).optional(),
  authMethods: z.array(authMethodSchema).min(1),
  verification: httpRequestSchema.optional(),
  /** A method of this connector used as the test call instead of `verification`. */
  testMethod: z.string().optional(),
  postConnect: z.array(z.strictObject({ request: httpRequestSchema, save: z.record(z.string(), z.string()) })).optional(),
  methods: z.array(methodSchema).default([]),
  lookups: z.array(lookupSchema).default([]),
  script: z.string().optional(),
  /** Secrets by name that the scripts have to see as they are; all others are placeholders to them. Shown at install and audited. */
  plaintextForScripts: z.array(name).optional(),
  /** Hosts besides those of the endpoints to which secrets may go; `*.example.com` allowed. */
  allowedHosts: z.array(z.string()).optional(),
  partnerWebhookUrl: z.boolean().optional(),
  icon: iconSchema.optional(),
  rateLimit: rateLimitSchema.optional(),
  /** Which parameters ask for a page is said by their values: `CYCLR_PAGE_NUMBER` and so on (`engine-words.ts`). */
  paging: pagingSchema.optional(),
});
export type ConnectorDefinition = z.output<typeof connectorDefinitionSchema>;
export type ConnectorDefinitionInput = z.input<typeof connectorDefinitionSchema>;

/** The method marked default, else the first. */
export function defaultAuthMethod(definition: ConnectorDefinition): AuthMethod {
  const chosen = definition.authMethods.find((m) => m.isDefault) ?? definition.authMethods[0];
  if (!chosen) throw new Error(`${definition.slug} has no authentication method`);
  return chosen;
}

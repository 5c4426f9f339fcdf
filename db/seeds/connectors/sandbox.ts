import type { ConnectorDefinitionInput } from "@/lib/auth-methods/definition";

type Method = NonNullable<ConnectorDefinitionInput["methods"]>[number];
type AuthMethodInput = ConnectorDefinitionInput["authMethods"][number];

const caller = [
  {
    path: "caller.via",
    title: "Caller authenticated by",
    description: "bearer, api-key or basic: how the sandbox provider saw the call.",
  },
  {
    path: "caller.subject",
    title: "Caller",
    description: "The person as whom the sandbox provider saw the call; empty where an application speaks for itself.",
  },
  { path: "caller.account", title: "Company of the caller" },
] as const;

const contactFields = [
  { path: "name", title: "Name" },
  { path: "email", title: "Email" },
  { path: "phone", title: "Phone" },
  { path: "company", title: "Company" },
  { path: "address.city", title: "City" },
  { path: "address.country", title: "Country" },
] as const;

const contactResponse = [
  { path: "id", title: "Contact ID" },
  ...contactFields,
  { path: "createdAt", title: "Created at", type: "DateTime" },
  { path: "updatedAt", title: "Changed at", type: "DateTime" },
] as const;

const methods: Method[] = [
  {
    id: "list-contacts",
    name: "List contacts",
    description: "Contacts, and as whom the sandbox provider sees the caller.",
    category: "Contacts",
    httpMethod: "GET",
    endpoint: "/api/contacts",
    parameters: [
      { name: "search", title: "Search", targetType: "QueryString", targetName: "search", optional: true },
      { name: "page", title: "Page", targetType: "QueryString", targetName: "page", optional: true, type: "Integer" },
      {
        name: "pageSize",
        title: "Page size",
        targetType: "QueryString",
        targetName: "pageSize",
        optional: true,
        type: "Integer",
      },
    ],
    responseFields: [
      ...caller,
      { path: "total", title: "Total", type: "Integer" },
      ...contactResponse.map((field) => ({ ...field, path: `[contacts].${field.path}` })),
    ],
  },
  {
    id: "get-contact",
    name: "Get contact",
    description: "One contact.",
    category: "Contacts",
    httpMethod: "GET",
    endpoint: "/api/contacts/{{id}}",
    parameters: [{ name: "id", title: "Contact ID", targetType: "MergeField", targetName: "id", lookup: "Contacts" }],
    responseFields: [...contactResponse],
  },
  {
    id: "create-contact",
    name: "Create contact",
    description: "Adds a contact.",
    category: "Contacts",
    httpMethod: "POST",
    endpoint: "/api/contacts",
    requestFields: contactFields.map((field) => ({ ...field, optional: field.path !== "name" })),
    idempotencyHeader: "Idempotency-Key",
    responseFields: [...contactResponse],
  },
  {
    id: "update-contact",
    name: "Update contact",
    description: "Changes the given fields of a contact.",
    category: "Contacts",
    httpMethod: "PATCH",
    endpoint: "/api/contacts/{{id}}",
    parameters: [{ name: "id", title: "Contact ID", targetType: "MergeField", targetName: "id", lookup: "Contacts" }],
    requestFields: [...contactFields],
    responseFields: [...contactResponse],
  },
  {
    id: "who-am-i",
    name: "Who am I",
    description: "As whom the sandbox provider sees the caller.",
    category: "Account",
    httpMethod: "GET",
    endpoint: "/api/me",
    responseFields: [...caller, { path: "user.name", title: "Name" }, { path: "account.name", title: "Company" }],
  },
];

/** What can be had without a credential. */
const openMethods = methods
  .filter((method) => method.httpMethod === "GET")
  .map((method) => ({ ...method, endpoint: method.endpoint.replace(/^\/api/, "/open") }));

/** The bearer script of the documentation: where the key goes is said in JavaScript instead of a placement. */
const BEARER_SCRIPT = `function before_action() {
    method_request_headers.Authorization = 'Bearer ' + method_auth_value;
    return true;
}
`;

/** The same contacts where every call is a POST that carries the credential in its body. */
const postMethods: Method[] = [
  {
    id: "list-contacts",
    name: "List contacts",
    description: "Contacts, and as whom the sandbox provider sees the caller.",
    category: "Contacts",
    httpMethod: "POST",
    endpoint: "/api/auth-fields/contacts/list",
    responseFields: [
      ...caller,
      { path: "total", title: "Total", type: "Integer" },
      ...contactResponse.map((field) => ({ ...field, path: `[contacts].${field.path}` })),
    ],
  },
  {
    id: "create-contact",
    name: "Create contact",
    description: "Adds a contact.",
    category: "Contacts",
    httpMethod: "POST",
    endpoint: "/api/auth-fields/contacts",
    requestFields: contactFields.map((field) => ({ ...field, optional: field.path !== "name" })),
    responseFields: [...contactResponse],
  },
  {
    id: "who-am-i",
    name: "Who am I",
    description: "As whom the sandbox provider sees the caller.",
    category: "Account",
    httpMethod: "POST",
    endpoint: "/api/auth-fields/me",
    responseFields: [...caller, { path: "account.name", title: "Company" }],
  },
];

function sandboxConnector(
  baseUrl: string,
  slug: string,
  kind: string,
  description: string,
  authMethod: AuthMethodInput,
): ConnectorDefinitionInput {
  return {
    slug,
    name: `Sandbox CRM (${kind})`,
    description: `Contacts of the sandbox provider. ${description}`,
    categories: ["CRM"],
    aliases: ["sandbox", "demo", "test provider"],
    baseUrl,
    authMethods: [authMethod],
    testMethod: "who-am-i",
    methods,
    lookups: [{ name: "Contacts", method: "list-contacts", identifierKey: "[contacts].id", humanReadableKey: "[contacts].name" }],
  };
}

/**
 * Definitions of the connectors to the sandbox provider, one for each way to authenticate, whose address is known only when it runs.
 *
 * @param baseUrl origin of the sandbox provider, such as `http://127.0.0.1:4010`; a trailing slash is dropped.
 * @returns API key (header `X-Api-Key`), HTTP Basic (RFC 7617), OAuth 2 authorization code with PKCE (RFC 6749, RFC 7636), client
 * credentials and password (RFC 6749 sections 4.4 and 4.3), OAuth 1.0a (RFC 5849) with a handshake, a token pair or a private key, fields
 * in the body, a script, and nothing at all.
 */
export function sandboxConnectors(baseUrl: string): ConnectorDefinitionInput[] {
  const base = baseUrl.replace(/\/+$/, "");
  return [
    sandboxConnector(base, "sandbox-crm-api-key", "API key", "The key goes into the header X-Api-Key.", {
      id: "api-key",
      title: "API key",
      type: "ApiKey",
      parameters: [{ name: "apiKey", title: "API Key", level: "account", secret: true }],
      placements: [{ in: "header", name: "X-Api-Key", value: "{{apiKey}}" }],
      lifetime: { source: "unlimited", renew: "none" },
    }),
    sandboxConnector(base, "sandbox-crm-basic", "Basic", "Username and password are sent with HTTP Basic.", {
      id: "basic",
      title: "Username and password",
      type: "Basic",
      parameters: [
        { name: "username", title: "Username", level: "account" },
        { name: "password", title: "Password", level: "account", secret: true },
      ],
      placements: [{ in: "header", name: "Authorization", value: "Basic {{base64(username:password)}}" }],
      lifetime: { source: "unlimited", renew: "none" },
    }),
    sandboxConnector(base, "sandbox-crm-oauth", "OAuth", "You sign in at the provider and agree.", {
      id: "oauth2",
      title: "Sign in",
      type: "OAuth2",
      parameters: [
        { name: "client_id", title: "Client ID" },
        { name: "client_secret", title: "Client Secret", secret: true },
      ],
      placements: [{ in: "header", name: "Authorization", value: "Bearer {{accessToken}}" }],
      oauth2: {
        grant: "AuthorisationCode",
        authorizationEndpoint: `${base}/auth`,
        tokenEndpoint: `${base}/token`,
        revocationEndpoint: `${base}/token/revocation`,
        issuer: base,
        scopes: {
          default: ["contacts.read", "contacts.write", "offline_access"],
          required: ["contacts.read"],
          editable: true,
          titles: {
            "contacts.read": "Read contacts",
            "contacts.write": "Create and change contacts",
            offline_access: "Stay connected while you are away",
            openid: "Know who signs in",
          },
        },
        // OpenID Connect Core 11: offline_access is granted only where consent is asked for.
        authorizationParameters: { prompt: "consent" },
      },
      lifetime: { source: "response", renew: "refresh_token" },
    }),
    sandboxConnector(`${base}/oauth1`, "sandbox-crm-oauth1", "OAuth 1", "You sign in at the provider; every call is signed.", {
      id: "oauth1",
      title: "Sign in",
      type: "OAuth1",
      parameters: [
        { name: "client_id", title: "Consumer Key" },
        { name: "client_secret", title: "Consumer Secret", secret: true },
      ],
      oauth1: {
        signatureMethod: "HMAC-SHA1",
        requestTokenEndpoint: `${base}/oauth1/request_token`,
        authorizationEndpoint: `${base}/oauth1/authorize`,
        accessTokenEndpoint: `${base}/oauth1/access_token`,
      },
      lifetime: { source: "unlimited", renew: "none" },
    }),
    sandboxConnector(
      `${base}/oauth1`,
      "sandbox-crm-oauth1-tokens",
      "OAuth 1, token pair",
      "A token pair of the developer page is typed in; every call is signed.",
      {
        id: "oauth1",
        title: "Token pair",
        type: "OAuth1",
        parameters: [
          { name: "client_id", title: "Consumer Key" },
          { name: "client_secret", title: "Consumer Secret", secret: true },
        ],
        oauth1: { signatureMethod: "HMAC-SHA256", tokenSource: "entered" },
        lifetime: { source: "unlimited", renew: "none" },
      },
    ),
    sandboxConnector(
      `${base}/oauth1`,
      "sandbox-crm-oauth1-rsa",
      "OAuth 1, RSA",
      "Every call is signed with a private key; there is no token.",
      {
        id: "oauth1",
        title: "Private key",
        type: "OAuth1",
        parameters: [
          { name: "client_id", title: "Consumer Key" },
          { name: "private_key", title: "Private Key", secret: true, type: "text", format: "pem" },
        ],
        oauth1: { signatureMethod: "RSA-SHA1", tokenSource: "none" },
        lifetime: { source: "unlimited", renew: "none" },
      },
    ),
    {
      ...sandboxConnector(base, "sandbox-crm-none", "None", "What can be read without a credential.", {
        id: "none",
        title: "No authentication",
        type: "None",
      }),
      methods: openMethods,
    },
    {
      ...sandboxConnector(base, "sandbox-crm-script", "Script", "A script puts the key into the header, as a bearer token.", {
        id: "api-key",
        title: "API key",
        type: "ApiKey",
        parameters: [{ name: "apiKey", title: "API Key", level: "account", secret: true }],
        lifetime: { source: "unlimited", renew: "none" },
      }),
      script: BEARER_SCRIPT,
    },
    sandboxConnector(
      base,
      "sandbox-crm-client-credentials",
      "Client credentials",
      "The application speaks for itself: a token is fetched when it is needed.",
      {
        id: "client-credentials",
        title: "Client credentials",
        type: "OAuth2",
        parameters: [
          { name: "client_id", title: "Client ID" },
          { name: "client_secret", title: "Client Secret", secret: true },
        ],
        oauth2: {
          grant: "ClientCredentials",
          tokenEndpoint: `${base}/token`,
          revocationEndpoint: `${base}/token/revocation`,
          tokenEndpointAuthMethod: "client_secret_basic",
          scopes: { default: ["contacts.read", "contacts.write"], required: ["contacts.read"] },
        },
        lifetime: { source: "response", renew: "reissue" },
      },
    ),
    sandboxConnector(base, "sandbox-crm-password", "Password", "Username and password are exchanged for a token.", {
      id: "password",
      title: "Username and password",
      type: "OAuth2",
      parameters: [
        { name: "client_id", title: "Client ID" },
        { name: "client_secret", title: "Client Secret", secret: true },
        { name: "username", title: "Username", level: "account" },
        { name: "password", title: "Password", level: "account", secret: true },
      ],
      oauth2: {
        grant: "PasswordCredentials",
        tokenEndpoint: `${base}/token`,
        revocationEndpoint: `${base}/token/revocation`,
        scopes: { default: ["contacts.read", "contacts.write", "offline_access"], required: ["contacts.read"] },
      },
      lifetime: { source: "response", renew: "refresh_token" },
    }),
    {
      ...sandboxConnector(base, "sandbox-crm-fields", "Fields", "Account and token go into the body of every call.", {
        id: "fields",
        title: "Account and token",
        type: "AuthFields",
        authFields: [
          { name: "Account ID", key: "account_id", type: "Number" },
          { name: "Token", key: "token", type: "Password" },
          { name: "Test mode", key: "test_mode", type: "Boolean" },
        ],
        lifetime: { source: "unlimited", renew: "none" },
      }),
      methods: postMethods,
    },
  ];
}

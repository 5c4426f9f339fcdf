/** Apart from the schemas: a page that only names the types carries no parser. */
export const AUTH_TYPES = ["None", "ApiKey", "Basic", "OAuth1", "OAuth2", "AuthFields"] as const;

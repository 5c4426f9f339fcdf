/** What a partner can be told of. */
export const WEBHOOK_EVENTS = [
  "connector.installed",
  "connector.authenticated",
  "connector.deauthenticated",
  "connector.needs_reconnect",
  "connector.expiring",
  "cycle.failed",
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

export const MAX_ENDPOINTS = 10;

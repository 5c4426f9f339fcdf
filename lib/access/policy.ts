import { ACCOUNT_ROLES, PARTNER_ROLES, type AccountRole, type PartnerRole } from "./constants";

/** What each role may do. A permission that is not listed for a role is denied (S-02). */
export const PERMISSIONS = [
  "library.read",
  "library.setup",
  "connectors.write",
  "accounts.read",
  "accounts.write",
  "installs.read",
  "installs.write",
  "installs.call",
  "links.write",
  "cycles.read",
  "cycles.write",
  "cycles.run",
  "people.read",
  "people.write",
  "branding.write",
  "settings.read",
  "audit.read",
  "api.write",
  "webhooks.write",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const viewer: readonly Permission[] = [
  "library.read",
  "accounts.read",
  "installs.read",
  "cycles.read",
  "people.read",
  "settings.read",
  "audit.read",
];
const editor: readonly Permission[] = [
  ...viewer,
  "library.setup",
  "connectors.write",
  "accounts.write",
  "installs.write",
  "installs.call",
  "links.write",
  "cycles.write",
  "cycles.run",
];
const standard: readonly Permission[] = ["installs.read"];

export const ROLE_PERMISSIONS = {
  owner: [...editor, "people.write", "branding.write", "api.write", "webhooks.write"],
  editor,
  viewer,
  administrator: [...standard, "library.read", "installs.write", "installs.call", "links.write"],
  standard,
} as const satisfies Record<PartnerRole | AccountRole, readonly Permission[]>;

/** What a token of the REST API may do: everything that an editor may, the people of accounts and webhooks, or reading alone. */
export const CLIENT_PERMISSIONS = {
  full: [...editor, "people.write", "webhooks.write"],
  read: viewer,
} as const satisfies Record<"full" | "read", readonly Permission[]>;

export const isPartnerRole = (role: string): role is PartnerRole => (PARTNER_ROLES as readonly string[]).includes(role);
export const isAccountRole = (role: string): role is AccountRole => (ACCOUNT_ROLES as readonly string[]).includes(role);

import { ACCOUNT_ROLES, PARTNER_ROLES, type AccountRole, type PartnerRole } from "./constants";

/** What each role may do. A permission that is not listed for a role is denied (S-02). */
export const PERMISSIONS = [
  "library.read",
  "library.setup",
  "accounts.read",
  "accounts.write",
  "installs.read",
  "installs.write",
  "installs.call",
  "links.write",
  "people.read",
  "people.write",
  "branding.write",
  "settings.read",
  "audit.read",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const viewer: readonly Permission[] = [
  "library.read",
  "accounts.read",
  "installs.read",
  "people.read",
  "settings.read",
  "audit.read",
];
const editor: readonly Permission[] = [
  ...viewer,
  "library.setup",
  "accounts.write",
  "installs.write",
  "installs.call",
  "links.write",
];
const standard: readonly Permission[] = ["installs.read"];

export const ROLE_PERMISSIONS = {
  owner: [...editor, "people.write", "branding.write"],
  editor,
  viewer,
  administrator: [...standard, "library.read", "installs.write", "installs.call", "links.write"],
  standard,
} as const satisfies Record<PartnerRole | AccountRole, readonly Permission[]>;

export const isPartnerRole = (role: string): role is PartnerRole => (PARTNER_ROLES as readonly string[]).includes(role);
export const isAccountRole = (role: string): role is AccountRole => (ACCOUNT_ROLES as readonly string[]).includes(role);

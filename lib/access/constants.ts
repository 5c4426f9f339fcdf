/** The roles of a partner's team, from most to least. */
export const PARTNER_ROLES = ["owner", "editor", "viewer"] as const;
export type PartnerRole = (typeof PARTNER_ROLES)[number];

/** The roles of an account's people, from most to least. */
export const ACCOUNT_ROLES = ["administrator", "standard"] as const;
export type AccountRole = (typeof ACCOUNT_ROLES)[number];

export const ROLE_LABELS: Record<PartnerRole | AccountRole, string> = {
  owner: "Owner",
  editor: "Editor",
  viewer: "Viewer",
  administrator: "Administrator",
  standard: "Standard",
};

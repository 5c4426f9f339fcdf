import type { GlyphName } from "../ui/glyph";

export interface NavigationItem {
  readonly label: string;
  readonly href: string;
  readonly icon: GlyphName;
}

export interface NavigationSection {
  /** No heading where absent. */
  readonly title?: string;
  readonly items: readonly NavigationItem[];
}

/** The partner's console. */
export const CONSOLE_NAVIGATION: readonly NavigationSection[] = [
  {
    items: [
      { label: "Dashboard", href: "/dashboard", icon: "dashboard" },
      { label: "Connections", href: "/connections", icon: "connections" },
      { label: "Accounts", href: "/accounts", icon: "accounts" },
      { label: "Cycles", href: "/cycles", icon: "cycles" },
    ],
  },
  {
    title: "Connectors",
    items: [
      { label: "Application library", href: "/connectors", icon: "library" },
      { label: "Custom connectors", href: "/connectors/custom", icon: "custom" },
      { label: "Guides", href: "/connectors/guides", icon: "guides" },
      { label: "Script testing", href: "/connectors/script-testing", icon: "scripts" },
    ],
  },
  {
    title: "Settings",
    items: [
      { label: "People and roles", href: "/settings/people", icon: "people" },
      { label: "API", href: "/settings/api", icon: "api" },
      { label: "Branding", href: "/settings/branding", icon: "branding" },
      { label: "Features", href: "/settings/features", icon: "features" },
      { label: "Audit log", href: "/settings/audit", icon: "audit" },
    ],
  },
];

/** The instance's administration. */
export const ADMIN_NAVIGATION: readonly NavigationSection[] = [
  {
    items: [
      { label: "Partners", href: "/admin/partners", icon: "partners" },
      { label: "Health", href: "/admin/health", icon: "health" },
      { label: "Audit", href: "/admin/audit", icon: "audit" },
    ],
  },
];

/** The item that a path belongs to: the longest address that it equals or lies below. */
export function activeHref(sections: readonly NavigationSection[], pathname: string): string | undefined {
  return sections
    .flatMap((section) => section.items.map((item) => item.href))
    .filter((href) => pathname === href || pathname.startsWith(`${href}/`))
    .sort((a, b) => b.length - a.length)[0];
}

"use client";

import type { ReactNode } from "react";
import { signOut } from "./sign-out";
import { Glyph } from "../ui/glyph";
import { MenuItem, MenuLink } from "../ui/menu";
import { AppShell } from "./app-shell";
import type { CommandItem, CommandSearch } from "./command-rank";
import { readLive } from "./live";
import { CONSOLE_NAVIGATION } from "./navigation";
import type { ShellUser } from "./sidebar";

interface Found {
  connectors: readonly { slug: string; name: string; categories: string }[];
  accounts: readonly { id: string; name: string }[];
  cycles: readonly { id: string; name: string; accountName: string }[];
  connections: readonly {
    id: number;
    name: string;
    accountName: string;
    connectorSlug: string;
    connectorName: string;
    iconUrl: string | null;
    mayLink: boolean;
  }[];
}

const search: CommandSearch = async (query, signal) => {
  const found = await readLive<Found>(`/api/live/search?${new URLSearchParams({ q: query }).toString()}`, signal);
  return [
    ...found.connectors.map((c): CommandItem => ({
      group: "Connectors",
      label: c.name,
      href: `/connectors/${c.slug}`,
      hint: c.categories,
      logo: { name: c.name, slug: c.slug },
    })),
    ...found.accounts.map((a): CommandItem => ({ group: "Accounts", label: a.name, href: `/accounts/${a.id}` })),
    ...found.cycles.map((c): CommandItem => ({ group: "Cycles", label: c.name, href: `/cycles/${c.id}`, hint: c.accountName })),
    ...found.connections.map((c): CommandItem => ({
      group: "Connections",
      label: c.name,
      href: `/connections/${c.id}`,
      hint: c.accountName,
      logo: { name: c.connectorName, slug: c.connectorSlug, ...(c.iconUrl ? { src: c.iconUrl } : {}) },
    })),
    ...found.connections
      .filter((c) => c.mayLink)
      .map((c): CommandItem => ({
        group: "Do",
        label: `Create connect link for ${c.name}`,
        href: `/connections/${c.id}?link=create`,
        hint: c.accountName,
      })),
  ];
};

const leave = () => void signOut();

const COMMANDS: readonly CommandItem[] = [
  { group: "Do", label: "Set up a connector", href: "/connectors?state=SetupRequired", keywords: "authentication settings" },
  { group: "Do", label: "Find connections that need a reconnect", href: "/connections?state=NeedsReconnect", keywords: "broken" },
  { group: "Do", label: "Find cycles that run", href: "/cycles?status=Active", keywords: "integrations active" },
  { group: "Do", label: "Sign out", onSelect: leave, keywords: "log out leave" },
];

export interface ConsoleShellProps {
  partnerName: string;
  counts: { connections: number; accounts: number; cycles: number };
  user: ShellUser;
  children: ReactNode;
}

/** The frame of the partner's console, with its navigation, its palette and the way out. */
export function ConsoleShell({ partnerName, counts, user, children }: ConsoleShellProps) {
  return (
    <AppShell
      sections={CONSOLE_NAVIGATION}
      homeHref="/dashboard"
      partnerName={partnerName}
      counts={{ "/connections": counts.connections, "/accounts": counts.accounts, "/cycles": counts.cycles }}
      user={user}
      userMenu={
        <>
          <MenuLink icon={<Glyph name="person" />} href="/settings/profile">
            Your account
          </MenuLink>
          <MenuItem icon={<Glyph name="logOut" />} onClick={leave}>
            Sign out
          </MenuItem>
        </>
      }
      commands={COMMANDS}
      search={search}
    >
      {children}
    </AppShell>
  );
}

"use client";

import type { ReactNode } from "react";
import { signOut } from "@/components/shell/sign-out";
import { AppShell } from "@/components/shell/app-shell";
import { ADMIN_NAVIGATION } from "@/components/shell/navigation";
import { Glyph } from "@/components/ui/glyph";
import { MenuItem } from "@/components/ui/menu";

/** The frame of the instance's administration. */
export function AdminShell({ name, email, children }: { name: string; email: string; children: ReactNode }) {
  return (
    <AppShell
      sections={ADMIN_NAVIGATION}
      homeHref="/admin/partners"
      partnerName="Administration"
      user={{ name, email, role: "Administrator" }}
      userMenu={
        <MenuItem icon={<Glyph name="logOut" />} onClick={() => void signOut()}>
          Sign out
        </MenuItem>
      }
    >
      {children}
    </AppShell>
  );
}

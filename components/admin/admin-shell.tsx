"use client";

import { LogOut } from "lucide-react";
import { signOut } from "next-auth/react";
import type { ReactNode } from "react";
import { AppShell } from "@/components/shell/app-shell";
import { ADMIN_NAVIGATION } from "@/components/shell/navigation";
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
        <MenuItem icon={<LogOut aria-hidden />} onClick={() => void signOut({ callbackUrl: "/sign-in" })}>
          Sign out
        </MenuItem>
      }
    >
      {children}
    </AppShell>
  );
}

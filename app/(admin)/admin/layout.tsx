import type { ReactNode } from "react";
import { AdminShell } from "@/components/admin/admin-shell";
import { loadAdminFrame } from "@/lib/tenants/loaders";

export default async function AdminLayout({ children }: { children: ReactNode }) {
  const { name, email } = await loadAdminFrame();
  return (
    <AdminShell name={name} email={email}>
      {children}
    </AdminShell>
  );
}

import type { ReactNode } from "react";
import { AdminShell } from "@/components/admin/admin-shell";
import { loadAdminFrame } from "@/lib/tenants/loaders";

export default async function AdminLayout({ children }: { children: ReactNode }) {
  const frame = await loadAdminFrame();
  if (!frame) return children;
  return <AdminShell {...frame}>{children}</AdminShell>;
}

import type { Metadata } from "next";
import { AuditList } from "@/components/settings/audit-list";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { loadAudit, type SearchParams } from "@/lib/tenants/loaders";

export const metadata: Metadata = { title: "Audit log" };

export default async function AuditPage({ searchParams }: { searchParams: SearchParams }) {
  const audit = await loadAudit(searchParams);
  return (
    <Page crumbs={[{ label: "Settings" }, { label: "Audit log" }]}>
      <PageHeader title="Audit log" sentence="Every change, who made it, and from where. Entries can't be edited or removed." />
      <AuditList path="/settings/audit" {...audit} />
    </Page>
  );
}

import type { Metadata } from "next";
import { Suspense } from "react";
import { AuditList } from "@/components/settings/audit-list";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { TableWaiting } from "@/components/ui/waiting";
import { requirePartner } from "@/lib/access/loaders";
import { loadAudit, type SearchParams } from "@/lib/tenants/loaders";

export const metadata: Metadata = { title: "Audit log" };

export default async function AuditPage({ searchParams }: { searchParams: SearchParams }) {
  await requirePartner("/settings/audit", "audit.read");
  return (
    <Page crumbs={[{ label: "Settings" }, { label: "Audit log" }]}>
      <PageHeader title="Audit log" sentence="Every change, who made it, and from where. Entries can't be edited or removed." />
      <Suspense fallback={<TableWaiting controls rows={12} />}>
        <Entries searchParams={searchParams} />
      </Suspense>
    </Page>
  );
}

async function Entries({ searchParams }: { searchParams: SearchParams }) {
  return <AuditList path="/settings/audit" {...await loadAudit(searchParams)} />;
}

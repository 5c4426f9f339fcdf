import type { Metadata } from "next";
import { Suspense } from "react";
import { AuditList } from "@/components/settings/audit-list";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { TableWaiting } from "@/components/ui/waiting";
import { requireAdministrator } from "@/lib/access/loaders";
import { loadInstanceAudit, type SearchParams } from "@/lib/tenants/loaders";

export const metadata: Metadata = { title: "Audit" };

export default async function InstanceAuditPage({ searchParams }: { searchParams: SearchParams }) {
  await requireAdministrator("/admin/audit");
  return (
    <Page crumbs={[{ label: "Audit" }]}>
      <PageHeader title="Audit" sentence="Sign-ins, partners and switches of this instance." />
      <Suspense fallback={<TableWaiting controls rows={12} />}>
        <Entries searchParams={searchParams} />
      </Suspense>
    </Page>
  );
}

async function Entries({ searchParams }: { searchParams: SearchParams }) {
  return <AuditList path="/admin/audit" {...await loadInstanceAudit(searchParams)} />;
}

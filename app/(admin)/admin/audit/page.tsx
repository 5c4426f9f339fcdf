import type { Metadata } from "next";
import { AuditList } from "@/components/settings/audit-list";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { loadInstanceAudit, type SearchParams } from "@/lib/tenants/loaders";

export const metadata: Metadata = { title: "Audit" };

export default async function InstanceAuditPage({ searchParams }: { searchParams: SearchParams }) {
  const audit = await loadInstanceAudit(searchParams);
  return (
    <Page crumbs={[{ label: "Audit" }]}>
      <PageHeader title="Audit" sentence="Sign-ins, partners and switches of this instance." />
      <AuditList path="/admin/audit" {...audit} />
    </Page>
  );
}

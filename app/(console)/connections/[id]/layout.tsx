import type { Metadata } from "next";
import type { ReactNode } from "react";
import { ConnectionActions } from "@/components/installs/connection-actions";
import { StateBadge } from "@/components/installs/state-badge";
import { StateLine } from "@/components/installs/state-line";
import { UpdateNote } from "@/components/installs/update-available";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { Logo } from "@/components/ui/logo";
import { LinkTabs } from "@/components/ui/tabs";
import { loadConnection } from "@/lib/installs/loaders";

interface Props {
  params: Promise<{ id: string }>;
  children: ReactNode;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { view } = (await loadConnection((await params).id)).page;
  return { title: `${view.name} in ${view.accountName}` };
}

export default async function ConnectionLayout({ params, children }: Props) {
  const { id } = await params;
  const { page } = await loadConnection(id);
  const { view } = page;
  const base = `/connections/${view.id}`;
  return (
    <Page
      crumbs={[
        { label: "Connections", href: "/connections" },
        { label: view.accountName, href: `/accounts/${view.accountId}` },
        { label: view.name },
      ]}
    >
      <PageHeader
        logo={<Logo name={view.connectorName} slug={view.connectorSlug} src={view.iconUrl} size="large" />}
        title={view.name}
        subtitle={`in ${view.accountName}`}
        state={<StateBadge state={view.state} />}
        sentence={<StateLine facts={view} audience="partner" partner={page.brand.name} />}
        actions={<ConnectionActions page={page} />}
      />
      <LinkTabs
        label="Connection"
        tabs={[
          { href: base, label: "Overview", exact: true },
          { href: `${base}/credentials`, label: "Credentials" },
          { href: `${base}/where-used`, label: "Where used" },
          { href: `${base}/methods`, label: "Methods" },
          { href: `${base}/activity`, label: "Activity" },
          { href: `${base}/settings`, label: "Settings" },
        ]}
      />
      <div className="mb-5 empty:hidden">
        <UpdateNote connection={view} mayWrite={page.mayWrite} />
      </div>
      {children}
    </Page>
  );
}

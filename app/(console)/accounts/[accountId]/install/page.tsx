import type { Metadata } from "next";
import { ConnectorPicker } from "@/components/installs/connector-picker";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { loadPicker } from "@/lib/installs/loaders";

export const metadata: Metadata = { title: "Install a connector" };

export default async function PickerPage({ params }: { params: Promise<{ accountId: string }> }) {
  const { accountId } = await params;
  const { account, connectors } = await loadPicker(`/accounts/${accountId}/install`, accountId);
  return (
    <Page
      crumbs={[
        { label: "Accounts", href: "/accounts" },
        { label: account.name, href: `/accounts/${account.id}` },
        { label: "Install a connector" },
      ]}
    >
      <PageHeader title="Install a connector" subtitle={`into ${account.name}`} />
      <ConnectorPicker connectors={connectors} base={`/accounts/${account.id}`} />
    </Page>
  );
}

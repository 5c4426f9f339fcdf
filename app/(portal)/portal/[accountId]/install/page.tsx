import type { Metadata } from "next";
import { ConnectorPicker } from "@/components/installs/connector-picker";
import { PortalPage } from "@/components/installs/portal-page";
import { loadPicker } from "@/lib/installs/loaders";

export const metadata: Metadata = { title: "Install a connector" };

export default async function PickerPage({ params }: { params: Promise<{ accountId: string }> }) {
  const { accountId } = await params;
  const { account, brand, connectors } = await loadPicker(`/portal/${accountId}/install`, accountId);
  return (
    <PortalPage brand={brand} account={account} wide>
      <h1 className="mb-4">Install a connector</h1>
      <ConnectorPicker connectors={connectors} base={`/portal/${account.id}`} />
    </PortalPage>
  );
}

import { Plug, Plus } from "lucide-react";
import type { Metadata } from "next";
import { PortalConnections } from "@/components/installs/portal-connections";
import { PortalPage } from "@/components/installs/portal-page";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { loadPortal, loadPortalPlace } from "@/lib/installs/loaders";

interface Props {
  params: Promise<{ accountId: string }>;
}

/** A layout's title template doesn't reach the page of its own segment. */
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { brand } = await loadPortalPlace((await params).accountId);
  return { title: { absolute: `Connectors · ${brand.name}` } };
}

export default async function PortalHome({ params }: Props) {
  const { account, brand, connections, mayWrite, hasSeveral } = await loadPortal((await params).accountId);
  const install = mayWrite && (
    <ButtonLink variant="primary" href={`/portal/${account.id}/install`} icon={<Plus aria-hidden />}>
      Install a connector
    </ButtonLink>
  );
  return (
    <PortalPage brand={brand} account={account} wide home hasSeveral={hasSeveral}>
      <div className="mb-5 flex flex-wrap items-center gap-3">
        <div className="min-w-56 flex-1">
          <h1>Your connectors</h1>
          <p className="text-ink-2">
            What {brand.name} works with for {account.name}.
          </p>
        </div>
        {connections.length > 0 && install}
      </div>
      {connections.length === 0 ? (
        <EmptyState icon={<Plug aria-hidden />} title="No connectors yet" action={install}>
          {mayWrite
            ? `Connect the tools you use, so that ${brand.name} can work with them.`
            : "An administrator of your account can install the first one."}
        </EmptyState>
      ) : (
        <PortalConnections connections={connections} partner={brand.name} mayWrite={mayWrite} />
      )}
    </PortalPage>
  );
}

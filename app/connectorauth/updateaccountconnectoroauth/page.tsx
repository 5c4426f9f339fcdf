import type { Metadata } from "next";
import { forbidden } from "next/navigation";
import { cache } from "react";
import { ConnectorAuthPanel } from "@/components/installs/connector-auth-panel";
import { PortalShell } from "@/components/shell/portal-shell";
import { loadConnectorAuth } from "@/lib/oauth/loaders";

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const load = cache(async (text: string) => loadConnectorAuth(JSON.parse(text) as Awaited<Props["searchParams"]>));
const loadFor = async ({ searchParams }: Props) => load(JSON.stringify(await searchParams));

export async function generateMetadata(props: Props): Promise<Metadata> {
  const asked = await loadFor(props);
  return { title: { absolute: asked ? `Connect · ${asked.brand.name}` : "Forbidden" }, referrer: "no-referrer" };
}

/** Where a partner's backend sends a browser to authenticate one connector. Reading it changes nothing (S-52). */
export default async function ConnectorAuthPage(props: Props) {
  const asked = await loadFor(props);
  if (!asked) forbidden();
  const { brand, ...rest } = asked;
  return (
    <PortalShell partner={brand} helpHref={brand.supportUrl}>
      <ConnectorAuthPanel partnerName={brand.name} {...rest} />
    </PortalShell>
  );
}

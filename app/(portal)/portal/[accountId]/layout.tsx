import type { Metadata } from "next";
import type { ReactNode } from "react";
import { PortalPlace } from "@/components/installs/portal-place";
import { loadPortalPlace } from "@/lib/installs/loaders";

interface Props {
  params: Promise<{ accountId: string }>;
  children: ReactNode;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { brand } = await loadPortalPlace((await params).accountId);
  return { title: { default: brand.name, template: `%s · ${brand.name}` } };
}

export default async function PortalLayout({ params, children }: Props) {
  const { brand, account, hasSeveral } = await loadPortalPlace((await params).accountId);
  return <PortalPlace place={{ brand, account: { id: account.id, name: account.name }, hasSeveral }}>{children}</PortalPlace>;
}

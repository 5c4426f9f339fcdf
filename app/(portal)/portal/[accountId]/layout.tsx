import type { Metadata } from "next";
import type { ReactNode } from "react";
import { loadPortalPlace } from "@/lib/installs/loaders";

interface Props {
  params: Promise<{ accountId: string }>;
  children: ReactNode;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { brand } = await loadPortalPlace((await params).accountId);
  return { title: { default: brand.name, template: `%s · ${brand.name}` } };
}

export default function PortalLayout({ children }: Props) {
  return children;
}

import type { Metadata } from "next";
import { InstallWizard } from "@/components/installs/install-wizard";
import { PortalPage } from "@/components/installs/portal-page";
import { loadWizard } from "@/lib/installs/loaders";

interface Props {
  params: Promise<{ accountId: string; slug: string }>;
  searchParams: Promise<{ id?: string | string[] }>;
}

async function load({ params, searchParams }: Props) {
  const { accountId, slug } = await params;
  const { id } = await searchParams;
  const number = typeof id === "string" && /^\d{1,15}$/.test(id) ? Number(id) : null;
  return loadWizard(`/portal/${accountId}/install/${slug}`, accountId, slug, number);
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { data } = await load(props);
  return { title: `Connect ${data.connector.name}` };
}

export default async function InstallPage(props: Props) {
  const { data, brand, account } = await load(props);
  return (
    <PortalPage brand={brand} account={account}>
      <InstallWizard data={data} place="portal" />
    </PortalPage>
  );
}

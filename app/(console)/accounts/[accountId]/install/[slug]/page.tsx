import type { Metadata } from "next";
import { InstallWizard } from "@/components/installs/install-wizard";
import { Page } from "@/components/shell/page";
import { loadWizard } from "@/lib/installs/loaders";

interface Props {
  params: Promise<{ accountId: string; slug: string }>;
  searchParams: Promise<{ id?: string | string[] }>;
}

async function load({ params, searchParams }: Props) {
  const { accountId, slug } = await params;
  const { id } = await searchParams;
  const number = typeof id === "string" && /^\d{1,15}$/.test(id) ? Number(id) : null;
  return loadWizard(`/accounts/${accountId}/install/${slug}`, accountId, slug, number);
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { data } = await load(props);
  return { title: `Connect ${data.connector.name}` };
}

export default async function InstallPage(props: Props) {
  const { account, data } = await load(props);
  return (
    <Page
      crumbs={[
        { label: "Accounts", href: "/accounts" },
        { label: account.name, href: `/accounts/${account.id}` },
        { label: `Connect ${data.connector.name}` },
      ]}
    >
      <InstallWizard data={data} place="console" />
    </Page>
  );
}

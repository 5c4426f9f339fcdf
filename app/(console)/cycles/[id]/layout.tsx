import type { Metadata } from "next";
import type { ReactNode } from "react";
import { CycleActions, CycleStatusTag } from "@/components/cycles/cycle-actions";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { LinkTabs } from "@/components/ui/tabs";
import { builderPage } from "@/lib/cycles/loaders";

interface Props {
  params: Promise<{ id: string }>;
  children: ReactNode;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { cycle } = await builderPage((await params).id);
  return { title: cycle.name };
}

export default async function CycleLayout({ params, children }: Props) {
  const view = await builderPage((await params).id);
  const { cycle, account } = view;
  const base = `/cycles/${cycle.id}`;
  return (
    <Page
      wide
      crumbs={[
        { label: "Cycles", href: "/cycles" },
        { label: account.name, href: `/accounts/${account.id}` },
        { label: cycle.name },
      ]}
    >
      <PageHeader
        title={cycle.name}
        subtitle={`in ${account.name}`}
        state={<CycleStatusTag status={cycle.status} />}
        sentence={cycle.description ?? undefined}
        actions={<CycleActions view={view} />}
      />
      <LinkTabs
        label="Cycle"
        tabs={[
          { href: base, label: "Builder" },
          { href: `${base}/runs`, label: "Runs" },
        ]}
      />
      {children}
    </Page>
  );
}

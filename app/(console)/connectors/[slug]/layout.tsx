import { BookOpen, Download } from "lucide-react";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { SetupStateTag } from "@/components/connectors/setup-state";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { ButtonLink } from "@/components/ui/button";
import { Logo } from "@/components/ui/logo";
import { LinkTabs } from "@/components/ui/tabs";
import { loadConnector } from "@/lib/partners/loaders";

interface Props {
  params: Promise<{ slug: string }>;
  children: ReactNode;
}

export async function generateMetadata({ params }: Pick<Props, "params">): Promise<Metadata> {
  const { connector } = await loadConnector((await params).slug);
  return { title: connector.name };
}

export default async function ConnectorLayout({ params, children }: Props) {
  const { slug } = await params;
  const { connector, standing, badge, accounts, releases, mayInstall } = await loadConnector(slug);
  const { definition } = connector;
  const here = `/connectors/${slug}`;
  return (
    <Page crumbs={[{ label: "Application library", href: "/connectors" }, { label: connector.name }]}>
      <PageHeader
        logo={<Logo name={connector.name} slug={slug} src={connector.iconUrl} size="large" />}
        title={connector.name}
        state={<SetupStateTag state={standing.state} />}
        sentence={[definition.categories.join(", "), badge, ...(standing.asked.length > 0 ? [standing.sentence] : [])]
          .filter(Boolean)
          .join(" · ")}
        actions={
          <>
            <ButtonLink href={`/connectors/guides/${slug}`} icon={<BookOpen aria-hidden />}>
              Authentication setup guide
            </ButtonLink>
            {mayInstall && (
              <ButtonLink href={`/accounts?install=${slug}`} icon={<Download aria-hidden />}>
                Install into account
              </ButtonLink>
            )}
          </>
        }
      />
      <LinkTabs
        label={connector.name}
        tabs={[
          { href: here, label: "Authentication settings", exact: true },
          { href: `${here}/authentication`, label: "Authentication methods", count: definition.authMethods.length },
          { href: `${here}/methods`, label: "Methods", count: definition.methods.filter((m) => !m.hidden).length },
          { href: `${here}/where-used`, label: "Where used", count: accounts },
          { href: `${here}/releases`, label: "Releases", count: releases },
        ]}
      />
      {children}
    </Page>
  );
}

import { Download, Settings2 } from "lucide-react";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { DraftActions } from "@/components/custom-connectors/draft-actions";
import { Problems } from "@/components/custom-connectors/problems";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { ButtonLink } from "@/components/ui/button";
import { Logo } from "@/components/ui/logo";
import { StateTag } from "@/components/ui/state-tag";
import { LinkTabs } from "@/components/ui/tabs";
import { loadEditor } from "@/lib/custom-connectors/loaders";

interface Props {
  params: Promise<{ uid: string }>;
  children: ReactNode;
}

export async function generateMetadata({ params }: Pick<Props, "params">): Promise<Metadata> {
  return { title: (await loadEditor((await params).uid)).name };
}

function standing(isDraft: boolean, liveNumber: string | null): string {
  if (liveNumber === null) return "It was never published: nobody can install it yet.";
  return isDraft
    ? `Release ${liveNumber} stays live and as it is until the draft is published.`
    : `The first change begins a draft; release ${liveNumber} stays as it is.`;
}

export default async function EditorLayout({ params, children }: Props) {
  const editor = await loadEditor((await params).uid);
  const { uid, slug, name, base, definition, problems, isDraft, liveNumber, releases, iconUrl, mayWrite } = editor;
  const here = `/connectors/custom/${uid}`;
  return (
    <Page crumbs={[{ label: "Custom connectors", href: "/connectors/custom" }, { label: name }]}>
      <PageHeader
        logo={<Logo name={name} slug={slug} src={iconUrl} size="large" />}
        title={name}
        state={
          <>
            {isDraft && <StateTag state="wait">Draft</StateTag>}
            {liveNumber !== null && <StateTag state="ok">{`Live ${liveNumber}`}</StateTag>}
          </>
        }
        sentence={standing(isDraft, liveNumber)}
        actions={
          <>
            {liveNumber !== null && (
              <>
                <ButtonLink href={`/connectors/${slug}`} icon={<Settings2 aria-hidden />}>
                  Authentication settings
                </ButtonLink>
                {editor.mayUpgrade && (
                  <ButtonLink href={`/accounts?install=${slug}`} icon={<Download aria-hidden />}>
                    Install into account
                  </ButtonLink>
                )}
              </>
            )}
            {mayWrite && (
              <DraftActions
                uid={uid}
                name={name}
                base={base}
                isDraft={isDraft}
                liveNumber={liveNumber}
                installs={releases.reduce((sum, release) => sum + release.installs, 0)}
              />
            )}
          </>
        }
      />
      <LinkTabs
        label={name}
        tabs={[
          { href: here, label: "Settings", exact: true },
          { href: `${here}/authentication`, label: "Authentication", count: definition.authMethods.length },
          { href: `${here}/parameters`, label: "Parameters", count: definition.parameters.length },
          { href: `${here}/methods`, label: "Methods", count: definition.methods.length },
          { href: `${here}/lookups`, label: "Lookups", count: definition.lookups.length },
          { href: `${here}/rate-limits`, label: "Rate limits" },
          { href: `${here}/script`, label: "Script" },
          { href: `${here}/try-it`, label: "Try it" },
          { href: `${here}/releases`, label: "Releases", count: releases.length },
          { href: `${here}/json`, label: "JSON" },
        ]}
      />
      <Problems uid={uid} problems={problems} methodIds={definition.methods.map((m) => m.id)} />
      {children}
    </Page>
  );
}

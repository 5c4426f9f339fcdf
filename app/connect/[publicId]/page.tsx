import type { Metadata } from "next";
import { forbidden } from "next/navigation";
import { cache } from "react";
import { LinkSignIn, LinkToken } from "@/components/installs/link-panel";
import { PortalShell } from "@/components/shell/portal-shell";
import { loadLink } from "@/lib/oauth/loaders";

interface Props {
  params: Promise<{ publicId: string }>;
}

const load = cache(loadLink);

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const link = await load((await params).publicId);
  return { title: { absolute: link ? `Connect · ${link.brand.name}` : "Forbidden" }, referrer: "no-referrer" };
}

/** What a connect link opens. Reading it changes nothing, whoever or whatever reads it (S-52). */
export default async function ConnectPage({ params }: Props) {
  const { publicId } = await params;
  const link = await load(publicId);
  if (!link) forbidden();
  return (
    <PortalShell partner={link.brand} helpHref={link.brand.supportUrl}>
      {link.phase === "token" ? (
        <LinkToken publicId={publicId} partnerName={link.brand.name} />
      ) : (
        <LinkSignIn publicId={publicId} subject={link.subject} connection={link.connection} isCompleted={link.isCompleted} />
      )}
    </PortalShell>
  );
}

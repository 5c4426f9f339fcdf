import type { Metadata } from "next";
import { ConnectorAuthResult } from "@/components/installs/connector-auth-panel";
import { ResultPanel } from "@/components/installs/result-panel";
import { UnknownResult } from "@/components/installs/unknown-result";
import { PortalShell } from "@/components/shell/portal-shell";
import { loadResult } from "@/lib/oauth/loaders";

interface Props {
  params: Promise<{ attemptId: string }>;
  searchParams: Promise<{ reason?: string | string[] }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const result = await loadResult((await params).attemptId);
  return { title: { absolute: result ? `${result.connector.name} · ${result.brand.name}` : "Sign-in" }, referrer: "no-referrer" };
}

/** Where the browser comes to rest after a provider's answer, in the partner's branding. */
export default async function ResultPage({ params, searchParams }: Props) {
  const result = await loadResult((await params).attemptId);
  if (!result) {
    const { reason } = await searchParams;
    return <UnknownResult reason={typeof reason === "string" ? reason : ""} />;
  }
  const { brand, ...rest } = result;
  return (
    <PortalShell partner={brand} helpHref={brand.supportUrl}>
      {rest.target ? (
        <ConnectorAuthResult
          attemptId={rest.attemptId}
          status={rest.status}
          target={rest.target}
          connector={rest.connector}
          connectionName={rest.connection.name}
          partnerName={brand.name}
        />
      ) : (
        <ResultPanel
          attemptId={rest.attemptId}
          status={rest.status}
          returnTo={rest.returnTo}
          connection={rest.connection}
          connector={rest.connector}
          partnerName={brand.name}
        />
      )}
    </PortalShell>
  );
}

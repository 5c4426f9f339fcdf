import type { Metadata } from "next";
import { forbidden } from "next/navigation";
import { TokenSignIn } from "@/components/access/token-sign-in";
import { PortalShell } from "@/components/shell/portal-shell";
import { loadTokenSignIn } from "@/lib/access/loaders";

export const metadata: Metadata = { title: "Sign in", referrer: "no-referrer" };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Where a partner's backend sends the browser of one of its users. Opening it signs nobody in: the button does (S-03). */
export default async function TokenSignInPage({ searchParams }: Props) {
  const { token, returnUrl } = await searchParams;
  const holder = await loadTokenSignIn(token);
  if (!holder || typeof token !== "string") forbidden();
  const next = typeof returnUrl === "string" && /^\/(?![/\\])/.test(returnUrl) ? returnUrl : holder.home;
  const { brand, accountName, name } = holder;
  return (
    <PortalShell partner={brand} helpHref={brand.supportUrl}>
      <h1>Sign in to {accountName}</h1>
      <p className="mt-1 mb-6 text-ink-2">
        {brand.name} sent you here to manage the connections of {accountName}.
      </p>
      <TokenSignIn token={token} name={name} next={next} />
    </PortalShell>
  );
}

"use client";

import { ArrowLeftRight, LayoutGrid, LogOut } from "lucide-react";
import type { ReactNode } from "react";
import { signOut } from "../shell/sign-out";
import { PortalShell, type PortalBrand } from "../shell/portal-shell";
import { ButtonLink, IconButton } from "../ui/button";

export interface PortalPageProps {
  brand: PortalBrand & { readonly supportUrl: string | null };
  account: { readonly id: string; readonly name: string };
  wide?: boolean;
  /** On the list itself there is no way back to it. */
  home?: boolean;
  /** The person has other accounts to go to. */
  hasSeveral?: boolean;
  children: ReactNode;
}

/** A page of the customer's portal: the partner's frame, whose portal it is, and the way out. */
export function PortalPage({ brand, account, wide, home = false, hasSeveral = false, children }: PortalPageProps) {
  return (
    <PortalShell
      partner={brand}
      accountName={account.name}
      helpHref={brand.supportUrl}
      wide={wide}
      actions={
        <>
          {!home && (
            <ButtonLink variant="quiet" href={`/portal/${account.id}`} icon={<LayoutGrid aria-hidden />}>
              <span className="max-sm:sr-only">Connectors</span>
            </ButtonLink>
          )}
          {hasSeveral && (
            <ButtonLink variant="quiet" href="/portal" icon={<ArrowLeftRight aria-hidden />}>
              <span className="max-sm:sr-only">Change account</span>
            </ButtonLink>
          )}
          <IconButton label="Sign out" icon={<LogOut aria-hidden />} onClick={() => void signOut()} />
        </>
      }
    >
      {children}
    </PortalShell>
  );
}

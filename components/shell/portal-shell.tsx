"use client";

import { useEffect, type ReactNode } from "react";
import { Logo } from "../ui/logo";
import { SkipLink } from "./app-shell";
import { partnerAccentVariables } from "./partner-colour";
import { ThemeSwitch } from "./theme-switch";

export interface PortalBrand {
  name: string;
  slug?: string;
  logoUrl?: string | null;
  /** `#rrggbb`; the house's accent where absent. */
  colour?: string | null;
}

export interface PortalShellProps {
  partner: PortalBrand;
  /** Whose portal it is, at the right. */
  accountName?: string;
  helpHref?: string | null;
  /** More at the right: a sign-out button. */
  actions?: ReactNode;
  /** As wide as a list instead of a form. */
  wide?: boolean;
  children: ReactNode;
}

/** The customer's side: the partner's name, logo and colour, and nothing of Keyway. */
export function PortalShell({ partner, accountName, helpHref, actions, wide = false, children }: PortalShellProps) {
  const { colour } = partner;
  // Dialogs and lists are portalled to the body: they need the colour too, and give it back when the portal is left.
  useEffect(() => {
    const variables = Object.entries(partnerAccentVariables(colour));
    for (const [name, value] of variables) document.body.style.setProperty(name, value);
    return () => {
      for (const [name] of variables) document.body.style.removeProperty(name);
    };
  }, [colour]);

  return (
    <div style={partnerAccentVariables(colour)} className="flex min-h-dvh flex-col">
      <SkipLink />
      <header className="flex min-h-15 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 sm:px-7">
        <Logo name={partner.name} slug={partner.slug} src={partner.logoUrl} accent className="size-7! rounded-md! text-xs!" />
        <span title={partner.name} className="min-w-0 flex-1 truncate font-semibold">
          {partner.name}
        </span>
        {accountName && <span className="max-w-32 truncate text-sm text-ink-2 sm:max-w-72">{accountName}</span>}
        {helpHref && (
          <a
            href={helpHref}
            target="_blank"
            rel="noreferrer"
            className="rounded-md px-2 py-1 text-sm font-medium text-ink-2 hover:bg-hover hover:text-ink"
          >
            Help
          </a>
        )}
        {actions}
        <ThemeSwitch />
      </header>
      <main
        id="main"
        tabIndex={-1}
        className={`mx-auto w-full flex-1 px-4 py-8 sm:px-5 sm:py-12 ${wide ? "max-w-[60rem]" : "max-w-[35rem]"}`}
      >
        {children}
      </main>
    </div>
  );
}

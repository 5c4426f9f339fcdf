import { ChevronRight } from "lucide-react";
import type { Metadata } from "next";
import { Link } from "@/components/ui/link";
import { Logo } from "@/components/ui/logo";
import { loadPortalEntrance } from "@/lib/installs/loaders";

export const metadata: Metadata = { title: { absolute: "Your accounts" } };

/** Leads to the one account of a person; one with several chooses. */
export default async function PortalEntrance() {
  const { accounts } = await loadPortalEntrance();
  return (
    <main id="main" tabIndex={-1} className="mx-auto w-full max-w-md px-5 py-16">
      <h1 className="mb-4">Choose an account</h1>
      <ul className="grid gap-2.5">
        {accounts.map(({ account, brand }) => (
          <li key={account.id}>
            <Link
              href={`/portal/${account.id}`}
              className="flex items-center gap-3 rounded-lg border border-line bg-surface p-3.5 shadow-card hover:border-line-strong hover:bg-hover"
            >
              <Logo name={brand.name} slug={brand.slug} src={brand.logoUrl} />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{account.name}</span>
                <span className="block truncate text-sm text-ink-2">{brand.name}</span>
              </span>
              <ChevronRight aria-hidden className="size-4 text-ink-3" />
            </Link>
          </li>
        ))}
      </ul>
    </main>
  );
}

import clsx from "clsx";
import type { ReactNode } from "react";
import { Topbar, type Crumb } from "./topbar";

export interface PageProps {
  crumbs: readonly Crumb[];
  /** For grids of cards: up to 1400 px instead of 1280. */
  wide?: boolean;
  className?: string;
  children: ReactNode;
}

/** Top bar and content of one page inside an `AppShell`. */
export function Page({ crumbs, wide = false, className, children }: PageProps) {
  return (
    <>
      <Topbar crumbs={crumbs} />
      <main
        id="main"
        tabIndex={-1}
        className={clsx("px-4 pt-6 pb-12 sm:px-6", wide ? "max-w-[87.5rem]" : "max-w-[80rem]", className)}
      >
        {children}
      </main>
    </>
  );
}

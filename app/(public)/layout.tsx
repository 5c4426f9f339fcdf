import type { ReactNode } from "react";
import { ThemeSwitch } from "@/components/shell/theme-switch";

/** Pages before or without a session: one narrow column. */
export default function PublicLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <div className="flex justify-end p-3">
        <ThemeSwitch />
      </div>
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-sm flex-1 px-5 pt-[8vh] pb-12">
        {children}
      </main>
    </div>
  );
}

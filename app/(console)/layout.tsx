import type { ReactNode } from "react";
import { ConsoleShell } from "@/components/shell/console-shell";
import { consoleFrame } from "@/lib/partners/loaders";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const frame = await consoleFrame();
  return frame ? <ConsoleShell {...frame}>{children}</ConsoleShell> : children;
}

import type { ReactNode } from "react";
import { Builder } from "@/components/cycles/builder";
import { builderPage } from "@/lib/cycles/loaders";

interface Props {
  params: Promise<{ id: string }>;
  children: ReactNode;
}

/** The flow stays where it is while the setup of a step opens over it. */
export default async function BuilderLayout({ params, children }: Props) {
  return <Builder view={await builderPage((await params).id)}>{children}</Builder>;
}

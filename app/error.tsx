"use client";

import { ErrorMessage } from "@/components/shell/message-page";

const digestOf = (error: unknown): string | undefined =>
  error instanceof Error && "digest" in error && typeof error.digest === "string" ? error.digest : undefined;

export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return <ErrorMessage digest={digestOf(error)} onRetry={retry} />;
}

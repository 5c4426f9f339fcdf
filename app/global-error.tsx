"use client";

import "./globals.css";
import { ErrorMessage } from "@/components/shell/message-page";

/** Stands in for the root layout when that itself fails; the fonts are then the system's. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = error instanceof Error && "digest" in error && typeof error.digest === "string" ? error.digest : undefined;
  return (
    <html lang="en">
      <head>
        <title>This page could not be shown</title>
      </head>
      <body>
        <ErrorMessage digest={digest} onRetry={retry} />
      </body>
    </html>
  );
}

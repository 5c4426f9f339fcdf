"use client";

import { Link } from "../ui/link";
import { saveSectionAction } from "@/lib/custom-connectors/actions";
import type { EditorProps } from "./auth-methods-editor";
import { RateLimitAt } from "./rate-limit";
import { SectionForm } from "./section-form";

/** How fast one installed connector may call. */
export function RateLimitsEditor({ uid, base, definition, mayWrite }: EditorProps) {
  const own = definition.methods.filter((m) => m.rateLimit !== undefined);
  return (
    <SectionForm
      label="Rate limits"
      base={base}
      mayWrite={mayWrite}
      value={{ rateLimit: definition.rateLimit }}
      save={(mark, value) => saveSectionAction({ uid, base: mark, section: "rateLimits", value })}
    >
      <div className="grid gap-5 p-5">
        <p className="max-w-prose text-sm text-ink-2">
          Counted for each account connector by itself. What is too fast isn&apos;t refused: it waits its turn. Where the provider
          answers 429, nothing more is sent until its Retry-After is over, or a minute where it says nothing.
        </p>
        <RateLimitAt path="rateLimit" none="No limit" />
        {own.length > 0 && (
          <p className="text-sm text-ink-2">
            With a limit of their own:{" "}
            {own.map((m, i) => (
              <span key={m.id}>
                {i > 0 && ", "}
                <Link className="link" href={`/connectors/custom/${uid}/methods/${m.id}`}>
                  {m.name}
                </Link>
              </span>
            ))}
          </p>
        )}
      </div>
    </SectionForm>
  );
}

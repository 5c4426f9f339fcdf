"use client";

import type { ReactNode } from "react";
import { Button, ButtonLink } from "../ui/button";
import { Glyph, type GlyphName } from "../ui/glyph";

function Message({
  icon,
  title,
  children,
  actions,
  id,
}: {
  icon: GlyphName;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
  id?: string;
}) {
  return (
    <main id="main" tabIndex={-1} className="mx-auto flex max-w-lg flex-col items-start gap-2 px-6 py-24">
      <span aria-hidden className="mb-3 grid size-11 place-items-center rounded-lg border border-line bg-sunken text-ink-2">
        <Glyph name={icon} className="size-5!" />
      </span>
      <h1>{title}</h1>
      <p className="text-ink-2">{children}</p>
      {actions && <div className="mt-3 flex flex-wrap gap-2">{actions}</div>}
      {id && (
        <p className="mt-4 text-xs text-ink-3">
          Error id <code>{id}</code>
        </p>
      )}
    </main>
  );
}

/** The body of a page that is not there, or not yours: both look alike. Metadata is lost where a layout gives up, so it brings its title. */
export function NotFoundMessage() {
  return (
    <>
      <title>Not found</title>
      <Message
        icon="unplug"
        title="There is nothing at this address"
        actions={<ButtonLink href="/">Go to the start page</ButtonLink>}
      >
        It may have been removed, or the link may be wrong.
      </Message>
    </>
  );
}

/** The body of a page that a person may not see, where its own room has no better words. */
export function ForbiddenMessage() {
  return (
    <>
      <title>Not allowed</title>
      <Message icon="lock" title="This page isn't for you" actions={<ButtonLink href="/">Go to the start page</ButtonLink>}>
        Your role doesn’t allow it. Ask an owner of your team.
      </Message>
    </>
  );
}

/** The body of a page that an address with a token leads to, where the token is no good: all reasons look alike. */
export function DeniedMessage({ children }: { children: ReactNode }) {
  return (
    <Message icon="lock" title="403 – Forbidden: Access is denied.">
      {children}
    </Message>
  );
}

/** The body of a page that failed. `digest` finds the cause in the server's log. */
export function ErrorMessage({ digest, onRetry }: { digest?: string; onRetry: () => void }) {
  return (
    <Message
      icon="circleX"
      title="This page could not be shown"
      id={digest}
      actions={
        <Button variant="primary" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      Something failed on our side. Nothing you saved is lost.
    </Message>
  );
}

"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { useFormContext, useFormState } from "react-hook-form";
import { Button } from "../ui/button";
import { CardFooter } from "../ui/card";
import { AlertDialog } from "../ui/alert-dialog";
import { Kbd } from "../ui/kbd";
import { useCommandKey } from "../ui/command-key";
import { useLeaveGuard } from "../ui/leave-page";

export interface SaveBarProps {
  saveLabel?: string;
  /** Said when there is nothing to save. */
  idleText?: string;
  disabled?: boolean;
}

/**
 * The foot of a form that is saved explicitly: says whether there are unsaved changes, discards, saves (Ctrl/Cmd+S too),
 * and asks before a page with unsaved changes is left. Stands inside the `<form>` and its `FormProvider`.
 */
export function SaveBar({ saveLabel = "Save changes", idleText = "", disabled = false }: SaveBarProps) {
  const { reset } = useFormContext();
  const { isDirty, isSubmitting } = useFormState();
  const commandKey = useCommandKey();
  const bar = useRef<HTMLDivElement>(null);
  /** An address, or the key of an entry in the browser's history. */
  const [leaveTo, setLeaveTo] = useState<string | { readonly entry: string }>();
  const isLeaving = useRef(false);
  const router = useRouter();

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      bar.current?.closest("form")?.requestSubmit();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  useEffect(() => {
    if (!isDirty || isSubmitting) return;
    isLeaving.current = false;
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    // In the capture phase, before the router sees the press.
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
      if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      if ((link.target && link.target !== "_self") || link.origin !== location.origin || link.hasAttribute("download")) return;
      if (link.pathname === location.pathname && link.search === location.search) return;
      event.preventDefault();
      event.stopPropagation();
      setLeaveTo(link.pathname + link.search + link.hash);
    };
    // Back and forward within the console; a browser lets one press be held up, and a second one through.
    const onNavigate = (event: NavigateEvent) => {
      if (event.navigationType !== "traverse" || !event.cancelable || isLeaving.current) return;
      event.preventDefault();
      setLeaveTo({ entry: event.destination.key });
    };
    const history = "navigation" in window ? window.navigation : undefined;
    history?.addEventListener("navigate", onNavigate);
    window.addEventListener("beforeunload", onUnload);
    document.addEventListener("click", onClick, true);
    return () => {
      history?.removeEventListener("navigate", onNavigate);
      window.removeEventListener("beforeunload", onUnload);
      document.removeEventListener("click", onClick, true);
    };
  }, [isDirty, isSubmitting]);

  useLeaveGuard(isDirty && !isSubmitting, setLeaveTo);

  return (
    <CardFooter ref={bar}>
      <span role="status" className="flex min-w-0 flex-1 items-center gap-2 text-sm text-ink-2">
        {isDirty && <span aria-hidden className="size-1.75 shrink-0 rounded-full bg-warn" />}
        {isDirty ? "Unsaved changes" : idleText}
      </span>
      {isDirty && (
        <Button variant="quiet" onClick={() => reset()} disabled={isSubmitting}>
          Discard
        </Button>
      )}
      <Button
        type="submit"
        variant="primary"
        pending={isSubmitting}
        disabled={disabled}
        trailing={<Kbd onAccent>{commandKey}S</Kbd>}
      >
        {saveLabel}
      </Button>
      <AlertDialog
        open={leaveTo !== undefined}
        onOpenChange={(open) => !open && setLeaveTo(undefined)}
        title="Leave without saving?"
        consequence="What you changed on this page is lost."
        confirmLabel="Leave"
        cancelLabel="Stay"
        onConfirm={() => {
          isLeaving.current = true;
          if (typeof leaveTo === "string") router.push(leaveTo);
          else if (leaveTo) window.navigation.traverseTo(leaveTo.entry);
        }}
      />
    </CardFooter>
  );
}

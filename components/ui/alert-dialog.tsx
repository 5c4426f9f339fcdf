"use client";

import { AlertDialog as Base } from "@base-ui/react/alert-dialog";
import clsx from "clsx";
import { useState, useTransition, type FormEvent, type ReactElement, type ReactNode } from "react";
import { Button } from "./button";
import { dialogBackdrop, dialogPopup } from "./dialog";
import { Field } from "./field";
import { Input } from "./input";

export interface AlertDialogProps {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  trigger?: ReactElement;
  /** A question that names the object: "Remove Salesforce from Acme Ltd?" */
  title: string;
  /** What happens, to whom, and whether it can be undone. */
  consequence: ReactNode;
  /** The verb: "Remove connector". */
  confirmLabel: string;
  cancelLabel?: string;
  /** Where nothing is destroyed. */
  harmless?: boolean;
  /** Text that has to be typed before the button works. */
  typed?: string;
  /** Stays open and pending until the promise settles; a returned text is shown as an error and keeps it open. */
  onConfirm: () => void | Promise<void | string>;
}

/** Asks before something is destroyed. Closes by Escape and Cancel, never by a press outside. */
export function AlertDialog(props: AlertDialogProps) {
  const {
    open,
    onOpenChange,
    trigger,
    title,
    consequence,
    confirmLabel,
    cancelLabel = "Cancel",
    harmless = false,
    typed,
    onConfirm,
  } = props;
  const [ownOpen, setOwnOpen] = useState(false);
  const [text, setText] = useState("");
  const [error, setError] = useState<string>();
  const [pending, startTransition] = useTransition();
  const blocked = typed !== undefined && text.trim() !== typed;

  const change = (next: boolean) => {
    if (pending) return;
    setOwnOpen(next);
    setText("");
    setError(undefined);
    onOpenChange?.(next);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (blocked || pending) return;
    startTransition(async () => {
      const problem = await onConfirm();
      if (typeof problem === "string") {
        setError(problem);
        return;
      }
      setOwnOpen(false);
      setText("");
      onOpenChange?.(false);
    });
  };

  return (
    <Base.Root open={open ?? ownOpen} onOpenChange={change}>
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Backdrop className={dialogBackdrop} />
        <Base.Viewport className="fixed inset-0 z-40 flex overflow-y-auto p-4">
          <Base.Popup className={clsx(dialogPopup, "max-w-md")}>
            <form onSubmit={submit} className="contents">
              <div className="grid gap-3.5 overflow-y-auto px-5 py-4.5">
                <Base.Title className="text-lg font-semibold tracking-tight">{title}</Base.Title>
                <Base.Description render={<div />} className="text-sm text-ink-2">
                  {consequence}
                </Base.Description>
                {typed !== undefined && (
                  <Field
                    label={
                      <>
                        Type <span className="font-mono">{typed}</span> to confirm
                      </>
                    }
                  >
                    <Input mono autoComplete="off" value={text} onChange={(event) => setText(event.target.value)} />
                  </Field>
                )}
                {error && (
                  <p role="alert" className="text-sm text-bad">
                    {error}
                  </p>
                )}
              </div>
              <footer className="flex flex-wrap justify-end gap-2 border-t border-line bg-sunken px-5 py-3">
                <Base.Close render={<Button variant="quiet">{cancelLabel}</Button>} />
                <Button
                  type="submit"
                  variant={harmless ? "primary" : "danger"}
                  pending={pending}
                  aria-disabled={blocked || undefined}
                >
                  {confirmLabel}
                </Button>
              </footer>
            </form>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

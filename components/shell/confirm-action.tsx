"use client";

import { useRouter } from "next/navigation";
import { settle } from "@/lib/kernel/outcome";
import { AlertDialog } from "../ui/alert-dialog";
import { Button } from "../ui/button";
import { toast } from "../ui/toast";

interface ConfirmActionProps<T> {
  /** What the button of the row says. */
  label: string;
  variant?: "quiet" | "quiet-danger";
  title: string;
  consequence: string;
  confirmLabel: string;
  action: () => Promise<Parameters<typeof settle<T>>[0]>;
  /** Told in a toast, or taken from here by whoever has more to show. */
  done: string | ((value: T) => void);
}

/** A button that asks, does it, says so and shows the page anew; a refusal stays in the question. */
export function ConfirmAction<T>({
  label,
  variant = "quiet-danger",
  title,
  consequence,
  confirmLabel,
  action,
  done,
}: ConfirmActionProps<T>) {
  const router = useRouter();
  return (
    <AlertDialog
      trigger={
        <Button small variant={variant}>
          {label}
        </Button>
      }
      title={title}
      consequence={consequence}
      confirmLabel={confirmLabel}
      onConfirm={async () => {
        const result = settle(await action());
        if (!result.ok) return result.error.message;
        if (typeof done === "string") toast.ok(done);
        else done(result.value);
        router.refresh();
      }}
    />
  );
}

import clsx from "clsx";
import { CircleCheck, CircleX, Info, ShieldCheck, TriangleAlert, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export type NoteKind = "info" | "warn" | "bad" | "ok" | "plain";

const LOOK: Record<NoteKind, { box: string; icon: string; Icon: LucideIcon }> = {
  info: { box: "border-transparent bg-accent-soft", icon: "text-accent-ink", Icon: Info },
  warn: { box: "border-warn-line bg-warn-soft", icon: "text-warn", Icon: TriangleAlert },
  bad: { box: "border-bad-line bg-bad-soft", icon: "text-bad", Icon: CircleX },
  ok: { box: "border-transparent bg-ok-soft", icon: "text-ok", Icon: CircleCheck },
  plain: { box: "border-line bg-sunken", icon: "text-ink-2", Icon: ShieldCheck },
};

export interface NoteProps {
  kind?: NoteKind;
  title?: ReactNode;
  icon?: ReactNode;
  /** Buttons below the words. */
  actions?: ReactNode;
  /** Set where it appears in answer to something the person did, so that it is announced. */
  role?: "alert" | "status";
  className?: string;
  children?: ReactNode;
}

/** A remark in the flow of a page. */
export function Note({ kind = "info", title, icon, actions, role, className, children }: NoteProps) {
  const { box, icon: colour, Icon } = LOOK[kind];
  return (
    <div role={role} className={clsx("flex gap-2.5 rounded-md border px-3 py-2.5 text-sm", box, className)}>
      <span aria-hidden className={clsx("mt-0.5 shrink-0 [&_svg]:size-4", colour)}>
        {icon ?? <Icon />}
      </span>
      <div className="min-w-0 flex-1 wrap-anywhere">
        {title && <p className="font-medium">{title}</p>}
        {children}
        {actions && <div className="mt-2 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  );
}

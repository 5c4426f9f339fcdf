import clsx from "clsx";
import type { ReactNode } from "react";
import { Glyph, type GlyphName } from "./glyph";

export type NoteKind = "info" | "warn" | "bad" | "ok" | "plain";

const LOOK: Record<NoteKind, { box: string; icon: string; glyph: GlyphName }> = {
  info: { box: "border-transparent bg-accent-soft", icon: "text-accent-ink", glyph: "info" },
  warn: { box: "border-warn-line bg-warn-soft", icon: "text-warn", glyph: "warning" },
  bad: { box: "border-bad-line bg-bad-soft", icon: "text-bad", glyph: "circleX" },
  ok: { box: "border-transparent bg-ok-soft", icon: "text-ok", glyph: "circleCheck" },
  plain: { box: "border-line bg-sunken", icon: "text-ink-2", glyph: "shieldCheck" },
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
  const { box, icon: colour, glyph } = LOOK[kind];
  return (
    <div role={role} className={clsx("flex gap-2.5 rounded-md border px-3 py-2.5 text-sm", box, className)}>
      <span aria-hidden className={clsx("mt-0.5 shrink-0 [&_svg]:size-4", colour)}>
        {icon ?? <Glyph name={glyph} />}
      </span>
      <div className="min-w-0 flex-1 wrap-anywhere">
        {title && <p className="font-medium">{title}</p>}
        {children}
        {actions && <div className="mt-2 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  );
}

import clsx from "clsx";
import { CircleCheck, CircleDashed, CircleX, Clock, Lock, TriangleAlert, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { tagClass } from "./tag";

export type State = "ok" | "warn" | "bad" | "wait" | "off" | "accent";

const LOOK: Record<State, { className: string; icon: LucideIcon }> = {
  ok: { className: "bg-ok-soft text-ok", icon: CircleCheck },
  warn: { className: "bg-warn-soft text-warn", icon: TriangleAlert },
  bad: { className: "bg-bad-soft text-bad", icon: CircleX },
  wait: { className: "bg-wait-soft text-wait", icon: Clock },
  off: { className: "border border-line bg-sunken text-ink-2", icon: CircleDashed },
  accent: { className: "bg-accent-soft text-accent-ink", icon: Lock },
};

/** A state: always a word and an icon, never colour alone. `icon={null}` only where an icon stands beside it already. */
export function StateTag({
  state,
  icon,
  children,
  className,
}: {
  state: State;
  icon?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const { className: colours, icon: Icon } = LOOK[state];
  return (
    <span className={clsx(tagClass, colours, className)}>
      {icon === undefined ? <Icon aria-hidden /> : icon}
      <span className="truncate leading-normal">{children}</span>
    </span>
  );
}

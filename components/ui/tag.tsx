import clsx from "clsx";
import type { ReactNode } from "react";

/** Classes of every small label. */
export const tagClass =
  "inline-flex h-5.5 max-w-full shrink-0 items-center gap-1.25 rounded-sm px-1.75 text-xs leading-none font-medium whitespace-nowrap [&_svg]:size-3.25 [&_svg]:shrink-0";

/** A neutral label. */
export function Tag({ icon, children, className }: { icon?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <span className={clsx(tagClass, "border border-line bg-sunken text-ink-2", className)}>
      {icon}
      <span className="truncate leading-normal">{children}</span>
    </span>
  );
}

/** Short names of the ways to authenticate. */
export const AUTH_TYPE_NAMES = {
  None: "No authentication",
  ApiKey: "API key",
  Basic: "Basic",
  OAuth1: "OAuth 1",
  OAuth2: "OAuth 2",
  AuthFields: "Custom fields",
} as const;

/** How a connector authenticates: the one way's name, or how many ways there are. */
export function AuthTag({ types }: { types: readonly (keyof typeof AUTH_TYPE_NAMES)[] }) {
  const [first] = types;
  return <Tag>{types.length > 1 || !first ? `${types.length} methods` : AUTH_TYPE_NAMES[first]}</Tag>;
}

import clsx from "clsx";
import { CopyButton } from "./copy-button";

export interface CodeBlockProps {
  code: string;
  /** What it is, for the copy button and screen readers: "request". */
  what: string;
  /** Without a copy button. */
  plain?: boolean;
  className?: string;
}

/** Monospaced text that wraps, with a button that copies it. */
export function CodeBlock({ code, what, plain = false, className }: CodeBlockProps) {
  return (
    <div className={clsx("group relative rounded-md border border-line bg-sunken", className)}>
      <pre
        aria-label={what}
        className={clsx("px-3 py-2.5 text-xs leading-normal wrap-anywhere whitespace-pre-wrap", !plain && "pr-11")}
      >
        <code className="text-[length:inherit]">{code}</code>
      </pre>
      {!plain && <CopyButton text={code} what={what} iconOnly className="absolute top-1.5 right-1.5" />}
    </div>
  );
}

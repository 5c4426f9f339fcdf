"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, buttonClass } from "./button";

export interface CopyButtonProps {
  /** What goes to the clipboard. */
  text: string;
  /** What it is, for screen readers: "callback URL". */
  what: string;
  /** An icon alone, for use beside identifiers. */
  iconOnly?: boolean;
  small?: boolean;
  className?: string;
}

/** Writes to the clipboard; falls back to a selection where the page is not served over TLS. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.className = "sr-only";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** Copies and says "Copied", in words and to screen readers. */
export function CopyButton({ text, what, iconOnly = false, small = false, className }: CopyButtonProps) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 2000);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async () => setState((await copyText(text)) ? "copied" : "failed");
  const word = state === "copied" ? "Copied" : state === "failed" ? "Not copied" : "Copy";
  const icon = state === "copied" ? <Check aria-hidden className="text-ok" /> : <Copy aria-hidden />;
  return (
    <>
      {iconOnly ? (
        <button
          type="button"
          onClick={copy}
          aria-label={`Copy ${what}`}
          title={word}
          className={`${buttonClass({ variant: "quiet", small: true, square: true })} ${className ?? ""}`}
        >
          {icon}
        </button>
      ) : (
        <Button small={small} onClick={copy} icon={icon} className={className} aria-label={`${word} ${what}`}>
          {/* As wide as the longest word, so that nothing moves. */}
          <span className="grid">
            <span className="col-start-1 row-start-1">{word}</span>
            <span aria-hidden className="invisible col-start-1 row-start-1">
              Copied
            </span>
          </span>
        </Button>
      )}
      <span role="status" className="sr-only">
        {state === "idle" ? "" : `${word}`}
      </span>
    </>
  );
}

"use client";

import { SquareCode } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { ScriptWords } from "../scripts/script-editor";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Skeleton } from "../ui/skeleton";

// Heavy, and most steps have no script.
const ScriptEditor = dynamic(async () => (await import("../scripts/script-editor")).ScriptEditor, {
  ssr: false,
  loading: () => <Skeleton className="h-full" />,
});

/** "before_action, 3 lines": the functions that a script has, and its length. */
function scriptSummary(script: string): string {
  const text = script.trim();
  if (text === "") return "No script";
  const names = [...text.matchAll(/^\s*(?:async\s+)?function\s+([A-Za-z_$][\w$]*)/gm)].map((match) => match[1] ?? "");
  const lines = text.split("\n").length;
  return `${names.length > 0 ? `${names.join(", ")}, ` : ""}${lines === 1 ? "1 line" : `${lines} lines`}`;
}

export interface StepScriptProps {
  script: string;
  onChange: (script: string) => void;
  words: ScriptWords;
  disabled: boolean;
}

/** A button that says what the script of a step does, and the editor behind it. */
export function StepScript({ script, onChange, words, disabled }: StepScriptProps) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState(script);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (next) setText(script);
        setOpen(next);
      }}
      title="Step script"
      description="Runs with the scripts of the connector and of the method. It never sees a secret, only a marker in its place."
      size="large"
      flush
      trigger={
        <Button icon={<SquareCode aria-hidden />} className="justify-start!" block>
          <span className="min-w-0 truncate">{scriptSummary(script)}</span>
        </Button>
      }
      footer={
        disabled ? undefined : (
          <>
            <Button variant="quiet" onClick={() => setOpen(false)}>
              Cancel
            </Button>
            <Button
              variant="primary"
              onClick={() => {
                onChange(text);
                setOpen(false);
              }}
            >
              Use this script
            </Button>
          </>
        )
      }
    >
      <div className="h-[min(28rem,60dvh)]">
        <ScriptEditor label="Step script" initial={text} onChange={setText} words={words} />
      </div>
    </Dialog>
  );
}

/** The script of a transform, in place. */
export function TransformScript({
  script,
  onChange,
  words,
  disabled,
  aliases,
}: StepScriptProps & { aliases: readonly string[] }) {
  return (
    <section aria-labelledby="transform" className="grid gap-2">
      <div>
        <h2 id="transform">Script</h2>
        <p className="text-sm text-ink-2">
          The body of a function: what it returns is the output of this step. Outputs of earlier steps stand under their aliases
          {aliases.length > 0 && (
            <>
              , here <code>{aliases.join(", ")}</code>
            </>
          )}
          ; variables of the cycle in <code>variables</code>.
        </p>
      </div>
      {disabled ? (
        <pre className="rounded-md border border-line bg-sunken p-3 whitespace-pre-wrap">{script || "No script"}</pre>
      ) : (
        <div className="h-72 overflow-hidden rounded-md border border-control">
          <ScriptEditor label="Script of the transform" initial={script} onChange={onChange} words={words} />
        </div>
      )}
    </section>
  );
}

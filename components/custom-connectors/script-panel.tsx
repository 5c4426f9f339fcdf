"use client";

import dynamic from "next/dynamic";
import { Link } from "../ui/link";
import { useState } from "react";
import { saveSectionAction } from "@/lib/custom-connectors/actions";
import type { ScriptWords } from "../scripts/script-editor";
import { Skeleton } from "../ui/skeleton";
import type { EditorProps } from "./auth-methods-editor";
import { controlId, ErrorAt, useValueAt } from "./controls";
import { useDraft } from "./draft";
import { SectionForm } from "./section-form";

const ScriptEditor = dynamic(() => import("../scripts/script-editor").then((m) => m.ScriptEditor), {
  ssr: false,
  loading: () => <Skeleton className="h-full" />,
});

/** The script at a path; another one is shown where the form is discarded. */
export function ScriptAt({ path, label, words }: { path: string; label: string; words: ScriptWords }) {
  const [script, setScript] = useValueAt<string>(path);
  const { errors } = useDraft();
  const [shown, setShown] = useState({ text: script ?? "", key: 0 });
  if ((script ?? "") !== shown.text) setShown({ text: script ?? "", key: shown.key + 1 });
  const message = errors[path];
  const line = /^Line (\d+):/.exec(message ?? "")?.[1];
  return (
    <div className="grid gap-2">
      <div id={controlId(path)} className="h-96 overflow-hidden rounded-md border border-control">
        <ScriptEditor
          key={shown.key}
          label={label}
          initial={shown.text}
          onChange={(typed) => {
            const text = typed.trim() === "" ? "" : typed;
            setShown((before) => ({ ...before, text }));
            setScript(text === "" ? undefined : text);
          }}
          words={words}
          problem={line && message ? { line: Number(line), message } : null}
        />
      </div>
      <ErrorAt path={path} />
    </div>
  );
}

/** The connector's own script, which runs around every call. */
export function ScriptPanel({ uid, base, definition, mayWrite, words }: EditorProps & { words: ScriptWords }) {
  return (
    <SectionForm
      label="Script"
      base={base}
      mayWrite={mayWrite}
      value={{ script: definition.script }}
      save={(mark, value) => saveSectionAction({ uid, base: mark, section: "script", value })}
    >
      <div className="grid gap-3 p-5">
        <p className="max-w-prose text-sm text-ink-2">
          Functions named by their event: <code>before_action</code> runs before each call, <code>after_action</code> after it.
          The credential is in <code>method_auth_value</code>, as a marker that becomes the secret when the request leaves. Try a
          script on made-up values in{" "}
          <Link className="link" href="/connectors/script-testing">
            Script testing
          </Link>
          .
        </p>
        <ScriptAt path="script" label="Script of the connector" words={words} />
      </div>
    </SectionForm>
  );
}

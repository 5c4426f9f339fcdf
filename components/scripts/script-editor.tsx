"use client";

import { completeFromList } from "@codemirror/autocomplete";
import { javascript, javascriptLanguage } from "@codemirror/lang-javascript";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import { useEffect, useRef } from "react";

/** Names that are offered while typing. */
export interface ScriptWords {
  readonly variables: readonly string[];
  readonly functions: readonly string[];
}

export interface ScriptEditorProps {
  /** What is being written, for screen readers. */
  label: string;
  /** The text at first; from then on the editor holds it. */
  initial: string;
  onChange: (text: string) => void;
  words: ScriptWords;
  /** A line with a mistake, from 1. */
  problem?: { readonly line: number; readonly message: string } | null;
}

const LOOK = EditorView.theme({
  "&": { backgroundColor: "var(--surface)", color: "var(--ink)", fontSize: "0.8125rem", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.5rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--ink-3)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  ".cm-activeLineGutter": { backgroundColor: "var(--hover)", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--accent-soft)",
  },
  ".cm-selectionMatch, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--hover)" },
  ".cm-tooltip": { backgroundColor: "var(--surface)", border: "1px solid var(--line-strong)", borderRadius: "6px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent-soft)",
    color: "var(--accent-ink)",
  },
  ".cm-completionDetail": { color: "var(--ink-2)", fontStyle: "normal" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)" },
});

const COLOURS = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword], color: "var(--wait)" },
    { tag: [tags.string, tags.regexp], color: "var(--ok)" },
    { tag: [tags.number, tags.bool, tags.null], color: "var(--warn)" },
    { tag: tags.function(tags.variableName), color: "var(--accent-ink)" },
    { tag: tags.comment, color: "var(--ink-3)" },
    { tag: tags.invalid, color: "var(--bad)" },
  ]),
);

const completions = ({ variables, functions }: ScriptWords) =>
  javascriptLanguage.data.of({
    autocomplete: completeFromList([
      ...variables.map((label) => ({ label, type: "variable", detail: "of the call", boost: 2 })),
      ...functions.map((label) => ({ label, type: /Exception$/.test(label) ? "class" : "function", boost: 1 })),
    ]),
  });

/** An editor for JavaScript with line numbers and the names of a script; Tab leaves it, as it leaves any field. */
export function ScriptEditor({ label, initial, onChange, words, problem = null }: ScriptEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ onChange, initial, words, label });
  useEffect(() => {
    latest.current.onChange = onChange;
  }, [onChange]);
  useEffect(() => {
    if (!place.current) return;
    const at = latest.current;
    const made = new EditorView({
      parent: place.current,
      doc: at.initial,
      extensions: [
        basicSetup,
        javascript(),
        completions(at.words),
        COLOURS,
        LOOK,
        lintGutter(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": at.label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) latest.current.onChange(update.state.doc.toString());
        }),
      ],
    });
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
  }, []);
  useEffect(() => {
    const { current } = view;
    if (!current) return;
    const { doc } = current.state;
    const line = problem && problem.line <= doc.lines ? doc.line(problem.line) : null;
    const found = line && problem ? [{ from: line.from, to: line.to, severity: "error" as const, message: problem.message }] : [];
    current.dispatch(setDiagnostics(current.state, found));
  }, [problem]);
  return <div ref={place} className="h-full min-h-0 overflow-hidden" />;
}

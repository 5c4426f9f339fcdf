"use client";

import { useRouter } from "next/navigation";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import { FormProvider, useController, useForm } from "react-hook-form";
import { settle } from "@/lib/kernel/outcome";
import { Card } from "../ui/card";
import { Note } from "../ui/note";
import { toast } from "../ui/toast";
import { SaveBar } from "../fields/save-bar";
import { controlId } from "./controls";
import { DraftContext, withValue } from "./draft";

type Settled = Parameters<typeof settle>[0];

type Values = Record<string, unknown>;

export interface SectionFormProps {
  /** The part of the definition, under its own names. */
  value: Values;
  /** Mark of the definition that is being changed. */
  base: string;
  mayWrite: boolean;
  label: string;
  save: (base: string, value: Values) => Promise<unknown>;
  /** Called with what the action gave, before the page is read again. */
  onSaved?: (value: unknown) => void;
  /** Shows the place of a mistake that isn't on the screen, such as another entry of a list. */
  reveal?: (path: string) => void;
  idleText?: string;
  saveLabel?: string;
  children: ReactNode;
}

/** Undefined members of an object don't travel in an action's input. */
const present = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null)) as unknown;

/** Brings a control into view and puts the focus in it. */
function goTo(path: string): void {
  const parts = path.split(".");
  for (let n = parts.length; n > 0; n -= 1) {
    const place = document.getElementById(controlId(parts.slice(0, n).join(".")));
    if (!place) continue;
    place.scrollIntoView({ block: "center" });
    const control = place.matches("input, textarea, button, select, p")
      ? place
      : place.querySelector<HTMLElement>("input, button");
    (control ?? place).focus({ preventScroll: true });
    return;
  }
}

/**
 * The form of one tab: saved explicitly, and refused with each mistake at its control. What is saved meanwhile by somebody else is
 * never overwritten.
 */
export function SectionForm({
  value,
  base,
  mayWrite,
  label,
  save,
  onSaved,
  reveal,
  idleText = "",
  saveLabel = "Save changes",
  children,
}: SectionFormProps) {
  const router = useRouter();
  const form = useForm<{ value: Values }>({ defaultValues: { value } });
  const { field } = useController({ control: form.control, name: "value" });
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [mark, setMark] = useState(base);
  const [seen, setSeen] = useState(base);
  const [problem, setProblem] = useState<{ message: string; places: readonly (readonly [string, string])[] } | null>(null);
  // Another tab of the editor was saved: what stands here is still what was there, so it goes on from the new mark.
  if (base !== seen) {
    setSeen(base);
    setMark(base);
  }

  useEffect(() => {
    const at = new URLSearchParams(location.search).get("at");
    if (!at) return;
    reveal?.(at);
    requestAnimationFrame(() => goTo(at));
    // Only where the page was opened for this very place.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const show = (path: string) => {
    reveal?.(path);
    requestAnimationFrame(() => requestAnimationFrame(() => goTo(path)));
  };

  const draft = useMemo(
    () => ({
      value: field.value,
      errors,
      set: (path: string, next: unknown) => {
        // The latest value, not the one of this render: two changes may come from one press.
        field.onChange(withValue(form.getValues("value"), path, next));
        setErrors((old) => (path in old ? Object.fromEntries(Object.entries(old).filter(([p]) => p !== path)) : old));
      },
    }),
    [field, form, errors],
  );

  const submit = form.handleSubmit(async () => {
    setProblem(null);
    setErrors({});
    const submitted = structuredClone(form.getValues("value"));
    const result = settle((await save(mark, present(submitted) as Values).catch(() => undefined)) as Settled);
    if (!result.ok) {
      const places = Object.entries(result.error.fields ?? {});
      setErrors(result.error.fields ?? {});
      setProblem({ message: result.error.message, places });
      if (places[0]) show(places[0][0]);
      return;
    }
    const done = result.value as { hash?: string };
    if (done.hash) setMark(done.hash);
    form.reset({ value: submitted });
    toast.ok("Saved");
    onSaved?.(result.value);
    router.refresh();
  });

  return (
    <FormProvider {...form}>
      <form noValidate aria-label={label} onSubmit={(event) => void submit(event)} className="min-w-0">
        <Card>
          {problem && (
            <div className="border-b border-line p-4">
              <Note kind="bad" role="alert" title={problem.places.length > 1 ? "Not saved yet" : undefined}>
                {problem.places.length === 0 && problem.message}
                <ul className="grid gap-0.5">
                  {problem.places.map(([path, message]) => (
                    <li key={path}>
                      <button type="button" className="link text-left" onClick={() => show(path)}>
                        {message}
                      </button>
                    </li>
                  ))}
                </ul>
              </Note>
            </div>
          )}
          {!mayWrite && (
            <div className="border-b border-line p-4">
              <Note kind="plain">Your role can look, not change. Ask an owner or an editor of your team.</Note>
            </div>
          )}
          <fieldset disabled={!mayWrite} className="contents">
            <DraftContext value={draft}>{children}</DraftContext>
          </fieldset>
          {mayWrite && <SaveBar idleText={idleText} saveLabel={saveLabel} />}
        </Card>
      </form>
    </FormProvider>
  );
}

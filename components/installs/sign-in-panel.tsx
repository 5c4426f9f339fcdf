"use client";

import { ArrowUpRight, Lock } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type FormEvent, type ReactNode } from "react";
import { FormProvider, useForm } from "react-hook-form";
import { fieldDefaults, fieldsSchema, type FieldInput } from "@/lib/auth-methods/field-schema";
import type { SignInSubject } from "@/lib/installs/types";
import type { Failure, Result } from "@/lib/kernel/result";
import { FieldList } from "../fields/field-control";
import { Button, ButtonLink } from "../ui/button";
import { CardFooter } from "../ui/card";
import { Note } from "../ui/note";
import { Tag } from "../ui/tag";
import { PlainToScripts } from "./plain-to-scripts";
import { failureWords, ownerWords, type FailureContext, type FailureFacts } from "./failure-words";
import type { SignInDoor } from "./sign-in-door";
import { openSignInWindow, useAttempt } from "./use-attempt";

type Values = Record<string, FieldInput>;

export interface SignInPanelProps {
  subject: SignInSubject;
  audience: FailureContext["audience"];
  /** Null: it is installed with the first press. */
  connectionId: number | null;
  door: SignInDoor;
  onConnected: (id: number) => void;
  /** What was typed is stored and the way to the provider begins: the connector exists from now on. */
  onSaved?: (id: number) => void;
  /** Errors of fields that stand elsewhere, such as the name. */
  onForeignErrors?: (failure: Failure) => void;
  /** What may be kept of the form, as it is typed. */
  onTyped?: (values: Values) => void;
  initial?: Values;
  /** Left in the foot: Back or Cancel. */
  secondary?: ReactNode;
  /** Leaves without signing in. */
  onLater?: () => void;
  laterLabel?: string;
  laterPending?: boolean;
  /** Starts at once in this window, which the press on *Reconnect* opened. */
  opened?: { readonly window: Window | null };
  /** A failure that is known when the panel opens. */
  failure?: FailureFacts;
}

/** What is still missing, what will be granted, and the way to the provider: the same wherever a connection is signed in. */
export function SignInPanel(props: SignInPanelProps) {
  const { subject, audience, door, connectionId, onConnected } = props;
  const { form: asked, connector, partnerName } = subject;
  const [purpose, setPurpose] = useState<"signIn" | "edit">("signIn");
  const specs = purpose === "signIn" ? asked.fields : asked.edit;
  const isStored = useMemo(
    () => Object.fromEntries(Object.entries(asked.stored).map(([name, state]) => [name, state.isSet])),
    [asked.stored],
  );
  const id = useRef(connectionId);
  useEffect(() => {
    id.current = connectionId ?? id.current;
  }, [connectionId]);
  const [saving, setSaving] = useState(false);
  const attempt = useAttempt(() => id.current !== null && onConnected(id.current));
  const frame = useRef<HTMLFormElement>(null);

  const form = useForm<{ values: Values }>({
    defaultValues: { values: { ...fieldDefaults(asked.edit, asked.current), ...fieldDefaults(asked.fields), ...props.initial } },
  });
  const { setError, clearErrors, subscribe } = form;
  const typed = useRef(props.onTyped);
  useEffect(() => {
    typed.current = props.onTyped;
  });
  useEffect(
    () =>
      subscribe({
        formState: { values: true },
        callback: ({ name, values }) => {
          if (name) clearErrors(name as "values");
          typed.current?.(values.values);
        },
      }),
    [subscribe, clearErrors],
  );

  /** The values, checked in the press itself so that a window is opened only where something can follow. */
  const checked = (): Record<string, unknown> | null => {
    clearErrors();
    const all = form.getValues("values");
    const keys = new Set(Object.keys(fieldDefaults(specs)));
    const values = Object.fromEntries(Object.entries(all).filter(([key]) => keys.has(key)));
    const parsed = fieldsSchema(specs, { stored: purpose === "edit" ? isStored : {} }).safeParse(values);
    if (parsed.success) return values;
    for (const issue of parsed.error.issues) setError(`values.${issue.path.join(".")}`, { message: issue.message });
    focusFirstError();
    return null;
  };
  const focusFirstError = () =>
    requestAnimationFrame(() => frame.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());

  /** Shows a failure where it belongs. Out: whether it was about fields. */
  const showFields = (failure: Failure): boolean => {
    const entries = Object.entries(failure.fields ?? {});
    const own = entries.filter(([path]) => path.startsWith("values."));
    for (const [path, message] of own) setError(path as "values", { message });
    if (own.length < entries.length) props.onForeignErrors?.(failure);
    else if (own.length > 0) focusFirstError();
    return entries.length > 0;
  };

  const save = async (values: Record<string, unknown>): Promise<Result<{ id: number }>> => {
    if (id.current !== null && specs.length === 0 && (asked.interactive || !asked.needsCredential))
      return { ok: true, value: { id: id.current } };
    const saved = await door.save(values, purpose);
    if (saved.ok) id.current = saved.value.id;
    return saved;
  };

  const signIn = (kind: "popup" | "tab", opened?: Window | null) => {
    const values = checked();
    if (!values) return opened?.close();
    const target = kind === "tab" ? undefined : (opened ?? openSignInWindow(connector.name));
    void attempt.run(target, async () => {
      const saved = await save(values);
      if (!saved.ok) return showFields(saved.error) ? null : saved;
      setPurpose("signIn");
      props.onSaved?.(saved.value.id);
      return door.start(saved.value.id, kind);
    });
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (busy) return;
    if (asked.interactive) return signIn("popup");
    const values = checked();
    if (!values) return;
    setSaving(true);
    const saved = await save(values);
    setSaving(false);
    if (saved.ok) onConnected(saved.value.id);
    else if (!showFields(saved.error)) attempt.fail({ ...saved.error, owner: saved.error.details?.owner as string | undefined });
  };

  const lookups =
    subject.asksProvider && connectionId !== null
      ? { accountId: subject.accountId, connectionId, connectorName: connector.name }
      : undefined;
  const isBlocked = asked.blockedBy.length > 0;
  const started = useRef(false);
  useEffect(() => {
    if (!props.opened || started.current) return;
    started.current = true;
    if (asked.fields.length > 0 || isBlocked) props.opened.window?.close();
    else if (props.opened.window) signIn("popup", props.opened.window);
    else attempt.fail({ code: "popup.blocked" });
  });

  const { state } = attempt;
  const busy = saving || state.phase === "starting" || state.phase === "done";
  const waiting = state.phase === "waiting";
  const context: FailureContext = {
    provider: connector.name,
    partner: partnerName,
    audience,
    interactive: asked.interactive,
    ownClient: asked.ownClient,
  };
  const failure = state.phase === "failed" ? state.failure : state.phase === "idle" ? props.failure : undefined;
  const words = failure && failureWords(failure, context);
  const settingsHref = `/connectors/${connector.slug}`;

  const primary = () => {
    if (waiting) return null;
    if (words?.fix === "tab")
      return (
        <Button variant="primary" onClick={() => signIn("tab")}>
          {words.fixLabel}
        </Button>
      );
    if (words?.fix === "settings")
      return (
        <ButtonLink variant="primary" href={settingsHref}>
          {words.fixLabel}
        </ButtonLink>
      );
    if (words?.fix === "edit" && purpose === "signIn" && asked.edit.length > 0)
      return (
        <Button
          variant="primary"
          onClick={() => {
            attempt.reset();
            setPurpose("edit");
          }}
        >
          {words.fixLabel}
        </Button>
      );
    if (words?.fix === "later" && props.onLater)
      return (
        <Button variant="primary" onClick={props.onLater} pending={props.laterPending}>
          {words.fixLabel}
        </Button>
      );
    const label = !asked.interactive
      ? asked.needsCredential
        ? "Connect"
        : "Install"
      : words?.fix === "signIn"
        ? words.fixLabel
        : `Sign in to ${connector.name}`;
    return (
      <Button
        type="submit"
        variant="primary"
        pending={busy}
        aria-disabled={isBlocked || undefined}
        trailing={asked.interactive ? <ArrowUpRight aria-hidden /> : undefined}
      >
        {label}
      </Button>
    );
  };

  return (
    <FormProvider {...form}>
      <form ref={frame} noValidate onSubmit={submit}>
        <div className="grid gap-4 p-5">
          {asked.chips.length > 0 && (
            <ul aria-label={`Given by ${partnerName}`} className="flex flex-wrap gap-1.5">
              {asked.chips.map((chip) => (
                <li key={chip.name} className="flex min-w-0">
                  <Tag icon={<Lock aria-hidden />}>{`${chip.title}, from ${partnerName}`}</Tag>
                </li>
              ))}
            </ul>
          )}
          <PlainToScripts names={asked.plainToScripts} connector={connector.name} />
          {isBlocked && <Blocked subject={subject} audience={audience} settingsHref={settingsHref} />}
          {specs.length > 0 && (
            <fieldset disabled={busy || waiting} className="grid min-w-0 gap-4">
              <legend className="sr-only">{purpose === "edit" ? "Values of this account" : "What is still missing"}</legend>
              <FieldList
                key={purpose}
                specs={specs}
                prefix="values"
                stored={purpose === "edit" ? asked.stored : {}}
                disabled={busy || waiting}
                lookups={lookups}
              />
            </fieldset>
          )}
          {asked.interactive ? (
            <Note kind="plain">
              <Grants provider={connector.name} partner={partnerName} grants={asked.grants} />
            </Note>
          ) : (
            specs.length === 0 && <p className="text-sm text-ink-2">Nothing is missing: {connector.name} can be tested now.</p>
          )}
          {waiting && (
            <Note kind="info" role="status" title={`Waiting for ${connector.name}`}>
              Finish signing in in the other window. This page goes on by itself.
            </Note>
          )}
          {words && !waiting && (
            <Note kind="bad" role="alert" title={words.title}>
              <p>{words.text}</p>
              {failure?.owner && <p className="mt-1 font-medium">{ownerWords(failure.owner, context)}</p>}
            </Note>
          )}
        </div>
        <CardFooter>
          {waiting ? (
            <Button variant="quiet" onClick={attempt.reset}>
              Cancel
            </Button>
          ) : (
            props.secondary
          )}
          <span className="flex-1" />
          {props.onLater && !waiting && words?.fix !== "later" && (
            <Button variant="quiet" onClick={props.onLater} pending={props.laterPending}>
              {props.laterLabel ?? "Finish later"}
            </Button>
          )}
          {asked.interactive && !isBlocked && words?.fix !== "tab" && (
            <button
              type="button"
              className="link px-1.5 py-1 text-sm"
              disabled={busy}
              onClick={() => {
                if (waiting && state.url) window.location.assign(state.url);
                else signIn("tab");
              }}
            >
              Continue in this tab
            </button>
          )}
          {primary()}
        </CardFooter>
      </form>
    </FormProvider>
  );
}

/** "You'll sign in to Salesforce and grant: …" */
function Grants({ provider, partner, grants }: { provider: string; partner: string; grants: readonly string[] }) {
  return (
    <p>
      You&apos;ll sign in to {provider}
      {grants.length > 0 && " and grant: "}
      {grants.map((grant, i) => (
        <span key={grant}>
          {i > 0 && ", "}
          <strong className="font-medium">{grant}</strong>
        </span>
      ))}
      . {partner} never sees your password.
    </p>
  );
}

function Blocked({ subject, audience, settingsHref }: Pick<SignInPanelProps, "subject" | "audience"> & { settingsHref: string }) {
  const names = subject.form.blockedBy.map((b) => b.title).join(", ");
  return audience === "partner" ? (
    <Note
      kind="warn"
      title={`${subject.connector.name} is not set up yet`}
      actions={
        <ButtonLink small href={settingsHref}>
          Open authentication settings
        </ButtonLink>
      }
    >
      {names}: only you can give {subject.form.blockedBy.length === 1 ? "it" : "them"}.
    </Note>
  ) : (
    <Note kind="warn" title={`${subject.partnerName} hasn't finished setting up ${subject.connector.name}`}>
      {names} is missing. Ask {subject.partnerName} for it; you can install now and sign in later.
    </Note>
  );
}

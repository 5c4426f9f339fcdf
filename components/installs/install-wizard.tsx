"use client";

import { useRouter } from "next/navigation";
import { parseAsInteger, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useCallback, useEffect, useMemo, useRef, useState, useTransition } from "react";
import { fieldKey, type FieldInput } from "@/lib/auth-methods/field-schema";
import { installAction, updateInstallAction } from "@/lib/installs/actions";
import type { SignInSubject, WizardData } from "@/lib/installs/types";
import { settle } from "@/lib/kernel/outcome";
import { Button, ButtonLink } from "../ui/button";
import { Card } from "../ui/card";
import { useHydrated } from "../ui/hydrated";
import { Logo } from "../ui/logo";
import { Skeleton } from "../ui/skeleton";
import { Stepper } from "../ui/stepper";
import { toast } from "../ui/toast";
import { CheckPanel } from "./check-panel";
import type { FailureContext } from "./failure-words";
import { accountDoor } from "./sign-in-door";
import { SignInPanel } from "./sign-in-panel";
import { WizardDetails, type Details } from "./wizard-details";
import { keepable, progressKey, readProgress, writeProgress } from "./wizard-progress";

const STEPS = ["details", "signIn", "check"] as const;
type Step = (typeof STEPS)[number];
const STEP_NAMES: Record<Step, string> = { details: "Details", signIn: "Sign in", check: "Check" };

export interface InstallWizardProps {
  data: WizardData;
  place: "console" | "portal";
}

function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** Installs a connector in at most three steps; a reload goes on where it stood. */
export function InstallWizard(props: InstallWizardProps) {
  const { connector, accountName, partnerName } = props.data;
  return (
    <div className="mx-auto w-full max-w-130">
      <div className="mb-5.5 flex items-center gap-3.5">
        <Logo name={connector.name} slug={connector.slug} src={connector.iconUrl} size="large" />
        <div className="min-w-0">
          <h1 className="wrap-anywhere">Connect {connector.name}</h1>
          <p className="text-sm text-ink-2">
            {props.place === "console" ? `For ${accountName}.` : `So that ${partnerName} can work with it for ${accountName}.`}
          </p>
        </div>
      </div>
      {/* What waits in the browser decides how the form starts, so the form waits for the browser. */}
      {useHydrated() ? <Steps {...props} /> : <Skeleton className="mt-8 h-72 w-full rounded-lg" />}
    </div>
  );
}

function Steps({ data, place }: InstallWizardProps) {
  const router = useRouter();
  const { accountId, connector, install, methods } = data;
  const base = place === "console" ? `/accounts/${accountId}` : `/portal/${accountId}`;
  const path = `${base}/install/${connector.slug}`;
  const key = progressKey(accountId, connector.slug);
  const [query, setQuery] = useQueryStates({ step: parseAsStringLiteral(STEPS), id: parseAsInteger });
  const [kept] = useState(() => readProgress(storage()?.getItem(key) ?? null, Date.now()));

  const first = methods[0];
  const [details, setDetails] = useState<Details>(() => ({
    name: install?.name ?? kept?.name ?? data.suggestedName,
    description: install?.description ?? kept?.description ?? "",
    authMethodId: install?.authMethodId ?? methods.find((m) => m.id === kept?.authMethodId)?.id ?? first?.id ?? "",
  }));
  const method = methods.find((m) => m.id === details.authMethodId) ?? first;
  const form = method?.form;
  const asksNothing = !form?.needsCredential && form?.fields.length === 0;
  const steps = STEPS.filter((s) => s !== "signIn" || !asksNothing);

  /** What stands in the address counts as far as the server's state allows. */
  const wanted = query.step ?? (install?.hasCredential ? "check" : install ? "signIn" : "details");
  const step: Step = wanted === "check" && !install?.hasCredential ? (install ? "signIn" : "details") : wanted;
  const go = useCallback((next: Step) => void setQuery({ step: next }, { history: "push" }), [setQuery]);

  const values = useRef<Record<string, FieldInput>>({ ...kept?.values });
  /** What the form starts with whenever its step is opened. */
  const [restorable, setRestorable] = useState<Record<string, FieldInput>>({ ...kept?.values });
  const specs = form?.fields;
  const keep = useCallback(
    (d: Details) => {
      const progress = { ...d, values: keepable(specs ?? [], fieldKey, values.current) };
      try {
        storage()?.setItem(key, writeProgress(progress, Date.now()));
      } catch {
        // A full or closed storage only costs the progress.
      }
    },
    [key, specs],
  );
  useEffect(() => {
    if (install?.hasCredential) storage()?.removeItem(key);
  }, [install?.hasCredential, key]);

  const [nameError, setNameError] = useState<string>();
  const [leaving, startLeaving] = useTransition();
  const installId = install?.id ?? null;
  const door = useMemo(
    () =>
      accountDoor(
        accountId,
        installId === null ? { slug: connector.slug, ...details } : { id: installId },
        (id) => `${path}?id=${id}&step=check`,
      ),
    [accountId, connector.slug, details, installId, path],
  );
  if (!method || !form) return null;

  const subject: SignInSubject = {
    accountId,
    accountName: data.accountName,
    partnerName: data.partnerName,
    connector: { name: connector.name, slug: connector.slug, iconUrl: connector.iconUrl },
    asksProvider: data.mayCall && install !== null && install.state !== "NotAuthenticated",
    form,
  };
  const audience = place === "console" ? "partner" : "customer";
  const context: FailureContext = {
    provider: connector.name,
    partner: data.partnerName,
    audience,
    interactive: form.interactive,
    ownClient: form.ownClient,
  };
  const homeOf = (id: number) => (place === "console" ? `/connections/${id}` : base);

  /** Installs without a credential. */
  const installLater = async (d: Details) =>
    settle(await installAction({ accountId, slug: connector.slug, ...d, values: withoutSecrets(values.current), later: true }));
  const later = () =>
    startLeaving(async () => {
      if (installId !== null) return router.push(homeOf(installId));
      const made = await installLater(details);
      if (!made.ok) return foreign(made.error.fields?.name, made.error.message);
      storage()?.removeItem(key);
      toast.ok(`${details.name} is installed`, { description: "It is not authenticated yet." });
      router.push(homeOf(made.value.id));
    });
  const foreign = (name: string | undefined, message: string) => {
    if (!name) return void toast.bad(message);
    setNameError(name);
    go("details");
  };

  const onContinue = async (d: Details) => {
    setDetails(d);
    setNameError(undefined);
    keep(d);
    if (installId !== null) {
      const saved = settle(await updateInstallAction({ accountId, id: installId, name: d.name, description: d.description }));
      if (!saved.ok) return saved.error.fields ?? { name: saved.error.message };
      go(asksNothing || install?.hasCredential ? "check" : "signIn");
      return undefined;
    }
    if (!asksNothing) {
      go("signIn");
      return undefined;
    }
    const made = settle(await installAction({ accountId, slug: connector.slug, ...d, values: {}, later: false }));
    if (!made.ok) return made.error.fields ?? { name: made.error.message };
    await setQuery({ id: made.value.id, step: "check" }, { history: "replace", shallow: false });
    return undefined;
  };

  return (
    <>
      <Stepper steps={steps.map((s) => STEP_NAMES[s])} current={steps.indexOf(step)} className="mb-4" />
      <Card>
        {step === "details" && (
          <WizardDetails
            initial={details}
            methods={methods}
            methodLocked={install !== null}
            takenNames={data.takenNames}
            nameError={nameError}
            continueLabel={asksNothing && !install ? "Install" : "Continue"}
            onTyped={keep}
            onContinue={onContinue}
          />
        )}
        {step === "signIn" && (
          <SignInPanel
            key={method.id}
            subject={subject}
            audience={audience}
            connectionId={installId}
            door={door}
            initial={restored(
              restorable,
              form.fields.map((f) => fieldKey(f.name)),
            )}
            onTyped={(typed) => {
              values.current = typed;
              keep(details);
            }}
            onSaved={(id) => void setQuery({ id, step: "signIn" }, { history: "replace", shallow: false })}
            onForeignErrors={(failure) => foreign(failure.fields?.name, failure.message)}
            onConnected={(id) => void setQuery({ id, step: "check" }, { history: "replace", shallow: false })}
            onLater={later}
            laterLabel={installId === null ? "Install without authenticating" : "Finish later"}
            laterPending={leaving}
            secondary={
              <Button
                variant="quiet"
                onClick={() => {
                  setRestorable(values.current);
                  go("details");
                }}
              >
                Back
              </Button>
            }
          />
        )}
        {step === "check" && install && (
          <CheckPanel
            facts={{ ...install, hasCredential: form.needsCredential }}
            context={context}
            connectorSlug={connector.slug}
            verify={() => door.verify(install.id)}
            onChecked={() => router.refresh()}
            onFix={() => go("signIn")}
            done={
              <ButtonLink variant="primary" href={homeOf(install.id)}>
                Done
              </ButtonLink>
            }
          />
        )}
      </Card>
      <p className="mt-3.5 text-center text-xs text-ink-3">
        {step === "check"
          ? "You can disconnect at any time."
          : "You can disconnect at any time. What you type waits here for a day, secrets excepted."}
      </p>
    </>
  );
}

const withoutSecrets = (values: Readonly<Record<string, FieldInput>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value !== "object" || Array.isArray(value)));

/** Kept values of fields that are still asked. */
const restored = (values: Readonly<Record<string, FieldInput>>, keys: readonly string[]): Record<string, FieldInput> =>
  Object.fromEntries(Object.entries(values).filter(([key]) => keys.includes(key)));

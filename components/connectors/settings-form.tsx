"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useQueryClient } from "@tanstack/react-query";
import { Fragment, useMemo, useState, type ReactNode } from "react";
import { FormProvider, useForm, useWatch } from "react-hook-form";
import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
import { fieldDefaults, fieldKey, fieldsSchema, isFieldVisible, type FieldInput } from "@/lib/auth-methods/field-schema";
import type { FieldSpec } from "@/lib/auth-methods/fields";
import type { Guide, GuideStep } from "@/lib/auth-methods/guide";
import { setupState } from "@/lib/auth-methods/prompts";
import type { Presence } from "@/lib/auth-methods/resolve";
import { settle } from "@/lib/kernel/outcome";
import type { SecretState } from "@/lib/kernel/secret";
import { saveSetupAction } from "@/lib/partners/actions";
import { FieldControl } from "../fields/field-control";
import { SaveBar } from "../fields/save-bar";
import { Card } from "../ui/card";
import { CopyButton } from "../ui/copy-button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Note } from "../ui/note";
import { Segmented } from "../ui/segmented";
import { toast } from "../ui/toast";
import { CustomerPreview, type Brand } from "./customer-preview";
import { GuideSteps } from "./guide-steps";
import { LIBRARY_KEY } from "./library-key";

export interface SettingsFormProps {
  slug: string;
  definition: ConnectorDefinition;
  guide: Guide;
  specs: readonly FieldSpec[];
  /** Stored values that may be seen, and the state of those that may not. */
  current: Readonly<Record<string, string>>;
  stored: Readonly<Record<string, SecretState>>;
  saved: { readonly by: string } | null;
  mayWrite: boolean;
  brand: Brand;
  callbackUrl: string | null;
}

type Values = Record<string, FieldInput>;

/** Which values the form stands for: text where it may be seen, `true` for a secret that is stored or typed. */
function presenceOf(props: Pick<SettingsFormProps, "specs" | "stored" | "current">, values: Values): Record<string, Presence> {
  const has: Record<string, Presence> = {};
  for (const { name, kind, default: preset } of props.specs) {
    const value = values[fieldKey(name)];
    if (kind === "secret") {
      const typed = typeof value === "object" && "set" in value && value.set.trim() !== "";
      const cleared = typeof value === "object" && "clear" in value;
      if (typed || (!cleared && props.stored[name]?.isSet)) has[name] = true;
    } else {
      const text = Array.isArray(value) ? value.join(" ") : String(value ?? "");
      if (text !== "" && !(text === preset && props.current[name] === undefined)) has[name] = text;
    }
  }
  return has;
}

/** The Authentication Settings: guide and preview at the left, the form at the right. */
export function SettingsForm(props: SettingsFormProps) {
  const { slug, definition, guide, specs, current, stored, saved, mayWrite } = props;
  const queries = useQueryClient();
  const schema = useMemo(() => fieldsSchema(specs), [specs]);
  const form = useForm<Values>({
    defaultValues: fieldDefaults(specs, current),
    resolver: zodResolver(schema) as never,
  });
  const [problem, setProblem] = useState<string>();
  const [methodId, setMethodId] = useState(guide.methods[0]?.methodId ?? "");
  const [copied, setCopied] = useState(false);

  const save = form.handleSubmit(async (values) => {
    setProblem(undefined);
    const submitted = structuredClone(form.getValues());
    const result = settle(await saveSetupAction({ slug, values }));
    if (!result.ok) {
      const fields = Object.entries(result.error.fields ?? {});
      for (const [name, message] of fields) form.setError(fieldKey(name), { message }, { shouldFocus: true });
      setProblem(result.error.message);
      return;
    }
    const typedSince = Object.entries(form.getValues()).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(submitted[key]),
    );
    form.reset({
      ...submitted,
      ...Object.fromEntries(specs.filter((s) => s.kind === "secret").map((s) => [fieldKey(s.name), { keep: true }])),
    });
    for (const [key, value] of typedSince) form.setValue(key, value, { shouldDirty: true });
    // Lists that are open elsewhere show the state that is gone.
    queries.removeQueries({ queryKey: [LIBRARY_KEY] });
    toast.ok("Saved", { description: setupState(definition, presenceOf(props, submitted), 1).sentence });
  });

  const method = guide.methods.find((m) => m.methodId === methodId) ?? guide.methods[0];
  const authMethod = definition.authMethods.find((m) => m.id === method?.methodId) ?? definition.authMethods[0];
  if (!method || !authMethod) return null;
  return (
    <FormProvider {...form}>
      <div className="grid items-start gap-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,32.5rem)]">
        <section aria-labelledby="guide-title" className="grid min-w-0 gap-5.5 max-lg:order-2">
          <div>
            <h2 id="guide-title">Setup guide</h2>
            <p className="mt-0.5 text-sm text-ink-2">{guide.intro}</p>
          </div>
          {guide.methods.length > 1 && (
            <Segmented
              aria-label="Authentication method"
              value={methodId}
              onValueChange={setMethodId}
              options={guide.methods.map((m) => ({ value: m.methodId, label: m.title }))}
            />
          )}
          <Progress {...props} steps={method.partner} copied={copied} />
          <Preview {...props} authMethod={authMethod} />
        </section>
        <form onSubmit={(event) => void save(event)} noValidate aria-label="Authentication settings" className="min-w-0">
          <Card>
            <div className="grid gap-4.5 p-5">
              <CallbackField url={props.callbackUrl} onCopy={() => setCopied(true)} />
              {props.callbackUrl && specs.length > 0 && <hr className="-mx-5 border-line" />}
              {!mayWrite && specs.length > 0 && (
                <Note kind="plain">Your role can look, not change. Ask an owner or an editor of your team.</Note>
              )}
              {problem && (
                <Note kind="bad" role="alert">
                  {problem}
                </Note>
              )}
              <SettingsFields specs={specs} stored={stored} disabled={!mayWrite} definition={definition} />
              {specs.length === 0 && (
                <Note kind="plain" title="There is nothing to set up">
                  Every value belongs to the customer. The preview shows what they give when they install.
                </Note>
              )}
            </div>
            {mayWrite && specs.length > 0 && (
              <SaveBar
                idleText={saved ? `Saved by ${saved.by}` : "Not saved yet. Saved with blanks, customers are asked for them."}
              />
            )}
          </Card>
        </form>
      </div>
    </FormProvider>
  );
}

function CallbackField({ url, onCopy }: { url: string | null; onCopy: () => void }) {
  if (!url) return null;
  const isLocal = /^https?:\/\/(localhost|127\.|\[::1\])/.test(url);
  return (
    <Field
      label="Callback URL"
      help={
        isLocal
          ? "Filled in by Keyway. Providers that answer from outside can't reach this address: start Keyway with its public one."
          : "Filled in by Keyway. Register it at the provider exactly as it stands."
      }
    >
      <div className="flex gap-2">
        <Input readOnly mono value={url} aria-label="Callback URL" onFocus={(event) => event.target.select()} />
        <span className="contents" onClickCapture={onCopy}>
          <CopyButton text={url} what="callback URL" />
        </span>
      </div>
    </Field>
  );
}

/** The steps of the guide; what the form already holds is ticked. */
function Progress({ steps, copied, ...props }: SettingsFormProps & { steps: readonly GuideStep[]; copied: boolean }) {
  const values = useWatch<Values>();
  const has = presenceOf(props, values as Values);
  const isDirty = Object.keys(has).some((name) => !(name in props.current) && !(name in props.stored));
  const wanted = steps.find((step) => step.id === "copy")?.values ?? [];
  const given = wanted.filter((value) => has[value.name] !== undefined);
  const needed = wanted.filter((value) => fieldKindOf(props.specs, value.name) !== "scopes");
  const done = new Set<GuideStep["id"]>();
  if (given.length > 0) done.add("app");
  if (copied || props.saved) done.add("callback");
  if (props.saved) done.add("scopes");
  if (needed.length > 0 && needed.every((value) => has[value.name] !== undefined)) done.add("copy");
  if (props.saved && !isDirty) done.add("save");
  if (steps.length === 0 && props.guide.methods.length === 1) return null;
  if (steps.length === 0) {
    return <p className="text-ink-2">This way needs nothing of yours: customers give their own values when they install.</p>;
  }
  return <GuideSteps steps={steps} done={done} />;
}

const fieldKindOf = (specs: readonly FieldSpec[], name: string) => specs.find((s) => s.name === name)?.kind;

function Preview({ authMethod, ...props }: SettingsFormProps & { authMethod: ConnectorDefinition["authMethods"][number] }) {
  const values = useWatch<Values>();
  return (
    <CustomerPreview
      definition={props.definition}
      authMethod={authMethod}
      partnerHas={presenceOf(props, values as Values)}
      brand={props.brand}
      live={props.specs.length > 0}
    />
  );
}

/** The fields in order, under a heading where they belong to one of several methods. */
function SettingsFields({
  specs,
  stored,
  disabled,
  definition,
}: Pick<SettingsFormProps, "specs" | "stored" | "definition"> & { disabled: boolean }) {
  const values = useWatch<Values>();
  const visible = specs.filter((spec) => isFieldVisible(spec, specs, values as Values));
  const parameters = [...definition.parameters, ...definition.authMethods.flatMap((m) => m.parameters)];
  const onlyPartner = (spec: FieldSpec) => parameters.find((p) => p.name === spec.name)?.level === "partner";
  const helpOf = (spec: FieldSpec): ReactNode => {
    const value = values[fieldKey(spec.name)];
    const isBlank = value === "" || (typeof value === "object" && "keep" in value && !stored[spec.name]?.isSet);
    if (!isBlank || disabled || spec.kind === "scopes") return spec.help;
    return (
      <>
        {spec.help && <>{spec.help} </>}
        {onlyPartner(spec) ? (
          "Customers are never asked for this: only you can give it."
        ) : (
          <>
            Blank: <b className="font-medium text-ink">each customer is asked for their own</b> when they install.
          </>
        )}
      </>
    );
  };
  return visible.map((spec, index) => (
    <Fragment key={spec.name}>
      {spec.group && spec.group !== visible[index - 1]?.group && (
        <h3 className={index > 0 ? "border-t border-line pt-4" : undefined}>{spec.group}</h3>
      )}
      <FieldControl
        spec={
          spec.kind === "scopes" || spec.kind === "select" || onlyPartner(spec)
            ? spec
            : { ...spec, placeholder: "Leave blank to ask customers" }
        }
        specs={specs}
        stored={stored}
        disabled={disabled}
        optionalMark="none"
        help={{ [spec.name]: helpOf(spec) }}
      />
    </Fragment>
  ));
}

"use client";

import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { methodSchema, type ConnectorDefinition, type MethodDefinition } from "@/lib/auth-methods/definition";
import { removeMethodAction, saveMethodAction } from "@/lib/custom-connectors/actions";
import { settle } from "@/lib/kernel/outcome";
import type { ScriptWords } from "../scripts/script-editor";
import { AlertDialog } from "../ui/alert-dialog";
import { Button } from "../ui/button";
import { AreaAt, SelectAt, SwitchAt, TextAt, useValueAt } from "./controls";
import { BodyFields, MethodParameters } from "./method-slots";
import { PairsAt } from "./pairs";
import { PagingAt } from "./paging";
import { RateLimitAt } from "./rate-limit";
import { SampleDialog } from "./sample-dialog";
import { ScriptAt } from "./script-panel";
import { SectionForm } from "./section-form";

const HTTP_METHODS = methodSchema.shape.httpMethod.options.map((value) => ({ value, label: value }));
const BODY_FORMATS = [
  { value: "json" as const, label: "JSON" },
  { value: "form" as const, label: "Form" },
];

export interface MethodEditorProps {
  uid: string;
  base: string;
  lookups: ConnectorDefinition["lookups"];
  /** Null: a new one. */
  method: MethodDefinition | null;
  mayWrite: boolean;
  words: ScriptWords;
}

const BLANK: Omit<MethodDefinition, "id"> = {
  name: "",
  category: "General",
  httpMethod: "GET",
  endpoint: "/",
  bodyFormat: "json",
  parameters: [],
  requestFields: [],
  responseFields: [],
  hidden: false,
};

/** One operation of the API: its request, what comes back, and its own script. */
export function MethodEditor({ uid, base, lookups, method, mayWrite, words }: MethodEditorProps) {
  const router = useRouter();
  return (
    <SectionForm
      label="Method"
      base={base}
      mayWrite={mayWrite}
      value={{ ...(method ?? BLANK) }}
      save={(mark, value) => saveMethodAction({ uid, base: mark, methodId: method?.id ?? null, method: value })}
      onSaved={(saved) => {
        if (!method) router.replace(`/connectors/custom/${uid}/methods/${(saved as { more: { id: string } }).more.id}`);
      }}
      saveLabel={method ? "Save changes" : "Add method"}
    >
      <div className="grid gap-4 p-5">
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <TextAt path="name" label="Name" required placeholder="List contacts" />
          <TextAt path="category" label="Category" help="Methods are listed by it." />
        </div>
        <AreaAt path="description" label="Description" rows={2} />
        <div className="grid items-start gap-4 sm:grid-cols-[9rem_minmax(0,1fr)]">
          <SelectAt path="httpMethod" label="HTTP method" fallback="GET" options={HTTP_METHODS} />
          <TextAt
            path="endpoint"
            label="Endpoint"
            mono
            required
            help={
              <>
                Below the base URL, or a whole address. Merge fields in it, such as <code>{"/contacts/{{id}}"}</code>, are
                parameters of this method or of the connector.
              </>
            }
          />
        </div>
      </div>
      <Part title="Parameters">
        <MergeFieldsHint />
        <MethodParameters lookups={lookups} />
      </Part>
      <Part title="Request fields" action={mayWrite && <SampleDialog list="requestFields" />}>
        <div className="max-w-40">
          <SelectAt path="bodyFormat" label="Body" fallback="json" options={BODY_FORMATS} />
        </div>
        <BodyFields list="requestFields" lookups={lookups} />
      </Part>
      <Part title="Response fields" action={mayWrite && <SampleDialog list="responseFields" />}>
        <BodyFields list="responseFields" lookups={lookups} />
      </Part>
      <Part title="More">
        <div className="grid gap-5">
          <SwitchAt path="hidden" label="Hidden" help="For lookups and tests only; it isn't listed." />
          <PairsAt path="headers" legend="Headers of this method" nameLabel="Header" valueLabel="Value" addLabel="Add header" />
          <PairsAt
            path="query"
            legend="Query of this method"
            nameLabel="Parameter"
            valueLabel="Value"
            addLabel="Add query parameter"
          />
          <TextAt
            path="idempotencyHeader"
            label="Idempotency header"
            mono
            help="By which the provider recognises a call that is repeated."
          />
          <RateLimitAt path="rateLimit" none="The connector's" />
          <PagingAt path="paging" none="The connector's" isMethod />
        </div>
      </Part>
      <Part title="Script">
        <p className="text-sm text-ink-2">
          Runs with the connector&apos;s: before a call this one first, after it this one last.
        </p>
        <ScriptAt path="script" label="Script of the method" words={words} />
        {method && mayWrite && <RemoveMethod uid={uid} base={base} method={method} />}
      </Part>
    </SectionForm>
  );
}

function Part({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title} className="grid gap-3 border-t border-line p-5">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="flex-1">{title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}

const fieldsIn = (endpoint: string): string[] => [
  ...new Set([...endpoint.matchAll(/\{\{\s*([\w.-]+)\s*\}\}/g)].map((m) => m[1] ?? "")),
];

/** Merge fields of the endpoint that no parameter fills yet, each with the button that makes one. */
function MergeFieldsHint() {
  const [endpoint = ""] = useValueAt<string>("endpoint");
  const [parameters = [], set] = useValueAt<MethodDefinition["parameters"]>("parameters");
  const open = fieldsIn(endpoint).filter((name) => !parameters.some((p) => p.targetName === name));
  if (open.length === 0) return null;
  return (
    <div className="flex flex-wrap gap-2">
      {open.map((name) => (
        <Button
          key={name}
          small
          onClick={() =>
            set([
              ...parameters,
              {
                name,
                title: name[0]?.toUpperCase() + name.slice(1),
                targetType: "MergeField",
                targetName: name,
                optional: false,
                hidden: false,
                type: "Text",
              },
            ])
          }
        >
          {`Make {{${name}}} a parameter`}
        </Button>
      ))}
    </div>
  );
}

function RemoveMethod({ uid, base, method }: { uid: string; base: string; method: MethodDefinition }) {
  const router = useRouter();
  return (
    <div className="border-t border-line pt-4">
      <AlertDialog
        trigger={
          <Button variant="quiet-danger" icon={<Trash2 aria-hidden />}>
            Remove method
          </Button>
        }
        title={`Remove ${method.name}?`}
        consequence="It goes from the draft. Installations keep it until they are upgraded to a release without it."
        confirmLabel="Remove method"
        onConfirm={async () => {
          const removed = settle(await removeMethodAction({ uid, base, methodId: method.id }).catch(() => undefined));
          if (!removed.ok) return removed.error.message;
          router.push(`/connectors/custom/${uid}/methods`);
          router.refresh();
        }}
      />
    </div>
  );
}

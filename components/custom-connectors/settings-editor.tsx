"use client";

import { Trash2, Upload } from "lucide-react";
import { useState } from "react";
import { CONNECTOR_STATUSES } from "@/lib/auth-methods/definition";
import { saveSectionAction } from "@/lib/custom-connectors/actions";
import { Button, buttonClass } from "../ui/button";
import { Field } from "../ui/field";
import { Logo } from "../ui/logo";
import type { EditorProps } from "./auth-methods-editor";
import { AreaAt, controlId, LinesAt, SelectAt, TextAt, useValueAt } from "./controls";
import { useDraft } from "./draft";
import { PagingAt } from "./paging";
import { PairsAt } from "./pairs";
import { SectionForm } from "./section-form";

const STATUSES = CONNECTOR_STATUSES.map((value) => ({ value, label: value }));
const MAX_ICON = 100 * 1024;

/** Name, version, icon, description, and what every call shares. */
export function SettingsEditor({ uid, base, definition, mayWrite }: EditorProps) {
  const { name, apiVersion, description, status, icon, website, docsUrl, developerUrl, categories, aliases } = definition;
  const { baseUrl, headers, query, allowedHosts, testMethod, paging } = definition;
  const methods = definition.methods.filter((m) => m.parameters.every((p) => p.optional || p.default !== undefined));
  return (
    <SectionForm
      label="Settings"
      base={base}
      mayWrite={mayWrite}
      value={{
        name,
        apiVersion,
        description,
        status,
        icon,
        website,
        docsUrl,
        developerUrl,
        categories,
        aliases,
        baseUrl,
        headers,
        query,
        allowedHosts,
        testMethod,
        paging,
      }}
      save={(mark, value) => saveSectionAction({ uid, base: mark, section: "settings", value })}
    >
      <div className="grid gap-5 p-5">
        <IconAt slug={definition.slug} />
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <TextAt path="name" label="Name" required help="Of the product, without an API version." />
          <TextAt path="apiVersion" label="Version" help="The provider's own API version, such as v3." />
        </div>
        <AreaAt path="description" label="Description" rows={2} help="What can be reached with it, in a sentence." keepBlank />
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <LinesAt path="categories" as="list" label="Categories" help="One a line." placeholder="CRM" />
          <LinesAt path="aliases" as="list" label="Other names" help="Words that people search for. One a line." />
        </div>
      </div>
      <div className="grid gap-5 border-t border-line p-5">
        <div>
          <h2>Requests</h2>
          <p className="text-sm text-ink-2">
            What every call shares. Values of parameters stand in it as merge fields:{" "}
            <code>{"https://{{subdomain}}.example.com"}</code>.
          </p>
        </div>
        <LinesAt
          as="single"
          rows={1}
          path="baseUrl"
          label="Base URL"
          placeholder="https://api.example.com/v1"
          help="Paths of methods follow it. Several lines: the first whose merge fields all have values."
        />
        <PairsAt
          path="headers"
          legend="Headers of every call"
          nameLabel="Header"
          valueLabel="Value"
          addLabel="Add header"
          placeholder={["Accept-Version", "2024-01-01"]}
        />
        <PairsAt
          path="query"
          legend="Query parameters of every call"
          nameLabel="Parameter"
          valueLabel="Value"
          addLabel="Add parameter"
        />
        <LinesAt
          path="allowedHosts"
          label="Further hosts"
          help="Secrets go only to the hosts of the addresses above and of the methods, and to these. One a line; *.example.com for all below it."
        />
        <SelectAt
          path="testMethod"
          label="Post install test auth method"
          fallback=""
          options={[{ value: "", label: "None" }, ...methods.map((m) => ({ value: m.id, label: m.name }))]}
          help="Called after authenticating, to see whether the credential works. Only methods that need no value are listed."
        />
      </div>
      <div className="grid gap-5 border-t border-line p-5">
        <PagingAt path="paging" none="One answer is all there is" />
      </div>
      <div className="grid items-start gap-4 border-t border-line p-5 sm:grid-cols-2">
        <TextAt path="website" label="Website" placeholder="https://" />
        <TextAt path="docsUrl" label="API documentation" placeholder="https://" />
        <TextAt path="developerUrl" label="Where an app is registered" placeholder="https://" />
        <SelectAt
          path="status"
          label="Status"
          fallback="Approved"
          options={STATUSES}
          help="Shown beside the name where it isn't Approved."
        />
      </div>
    </SectionForm>
  );
}

const readAsDataUrl = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error("The file could not be read."));
    reader.readAsDataURL(file);
  });

function IconAt({ slug }: { slug: string }) {
  const { errors } = useDraft();
  const [icon, setIcon] = useValueAt<string>("icon");
  const [name = ""] = useValueAt<string>("name");
  const [problem, setProblem] = useState<string>();
  const choose = async (file: File | undefined) => {
    setProblem(undefined);
    if (!file) return;
    if (!/^image\/(png|jpeg|webp)$/.test(file.type)) return setProblem("The icon has to be a PNG, JPEG or WebP image.");
    if (file.size > MAX_ICON) return setProblem("The icon can have at most 100 KB.");
    setIcon(await readAsDataUrl(file));
  };
  return (
    <Field
      id={controlId("icon")}
      label="Icon"
      group
      optionalMark="end"
      help="PNG, JPEG or WebP, square, at most 100 KB and 1024 pixels. Best 400 by 400 on a transparent ground."
      error={problem ?? errors.icon}
    >
      <div className="flex flex-wrap items-center gap-2">
        <Logo name={name || "?"} slug={slug} src={icon ?? null} size="large" />
        <label className={buttonClass({})}>
          <Upload aria-hidden />
          Choose a file
          <input
            type="file"
            accept="image/png,image/jpeg,image/webp"
            className="sr-only"
            onChange={(event) => void choose(event.target.files?.[0])}
          />
        </label>
        {icon && (
          <Button variant="quiet-danger" icon={<Trash2 aria-hidden />} onClick={() => setIcon(undefined)}>
            Remove
          </Button>
        )}
      </div>
    </Field>
  );
}

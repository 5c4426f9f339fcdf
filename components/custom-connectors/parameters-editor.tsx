"use client";

import { SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { TARGET_TYPES, type ConnectorDefinition, type Parameter } from "@/lib/auth-methods/definition";
import { saveSectionAction } from "@/lib/custom-connectors/actions";
import { Tag } from "../ui/tag";
import type { EditorProps } from "./auth-methods-editor";
import { AreaAt, ErrorAt, LinesAt, SelectAt, SwitchAt, TextAt, useValueAt } from "./controls";
import { useDraft } from "./draft";
import { ItemList, moved } from "./item-list";
import { SectionForm } from "./section-form";

/** A parameter with the two flags of its level, as the form has them. */
interface Row extends Omit<Parameter, "level"> {
  level?: Parameter["level"];
  isAccountConnectorProperty: boolean;
  isPartnerProperty: boolean;
}

const TARGET_WORDS: Readonly<Record<(typeof TARGET_TYPES)[number], string>> = {
  MergeField: "Stands where {{name}} is written: in the base URL, a path, a header.",
  HttpHeader: "A header of every call.",
  QueryString: "A query parameter of every call.",
  Script: "For scripts alone, as script_parameters.name.",
  FilterField: "Only entries of an answer's list are kept whose field of this name has the value. Nothing is sent.",
  ResponseField: "Where an answer names its next page. The value is CYCLR_PAGE_TOKEN or CYCLR_PAGE_NEXT_URL.",
};
const TARGETS = (["MergeField", "HttpHeader", "QueryString", "Script", "FilterField", "ResponseField"] as const).map((value) => ({
  value,
  label: value,
  description: TARGET_WORDS[value],
}));

const FORMATS = [
  { value: "" as const, label: "Any text" },
  { value: "hostname" as const, label: "Host name" },
  { value: "uri" as const, label: "Web address" },
  { value: "email" as const, label: "E-mail address" },
  { value: "uuid" as const, label: "UUID" },
];

const SOURCES = [
  { value: "user" as const, label: "A person, or always the same" },
  { value: "tokenResponse" as const, label: "The token response" },
  { value: "redirect" as const, label: "The redirect after signing in" },
  { value: "postConnect" as const, label: "The look-up after installing" },
];

const rowOf = (p: Parameter): Row => ({
  ...p,
  isAccountConnectorProperty: p.source !== "system" && p.level === "account",
  isPartnerProperty: p.source !== "system" && p.level !== "account",
});

/** Back to a parameter: one of neither level always has the value that stands beside it. */
function parameterOf(row: Row): Record<string, unknown> {
  const arrives = row.source !== "user" && row.source !== "system";
  if (arrives || row.isAccountConnectorProperty || row.isPartnerProperty) {
    const { fixed: _, ...rest } = row;
    return { ...rest, source: arrives ? row.source : "user" };
  }
  const { default: value, isAccountConnectorProperty: _a, isPartnerProperty: _p, ...rest } = row;
  return { ...rest, source: "system", hidden: true, fixed: row.fixed ?? String(value ?? "") };
}

const blank = (n: number): Row => ({
  name: `parameter${n}`,
  title: `Parameter ${n}`,
  source: "user",
  type: "string",
  required: true,
  secret: false,
  readOnly: false,
  hidden: false,
  targetType: "MergeField",
  isAccountConnectorProperty: true,
  isPartnerProperty: false,
});

/** Values of the connector that every method may use. */
export function ParametersEditor({ uid, base, definition, mayWrite }: EditorProps) {
  const [chosen, setChosen] = useState(0);
  return (
    <SectionForm
      label="Parameters"
      base={base}
      mayWrite={mayWrite}
      value={{ parameters: definition.parameters.map(rowOf) }}
      save={(mark, value) =>
        saveSectionAction({
          uid,
          base: mark,
          section: "parameters",
          value: { parameters: (value.parameters as Row[]).map(parameterOf) },
        })
      }
      reveal={(path) => {
        const index = /^parameters\.(\d+)/.exec(path)?.[1];
        if (index !== undefined) setChosen(Number(index));
      }}
      idleText="Connector parameters apply to every method; one of a method with the same name takes its place."
    >
      <Parameters chosen={chosen} setChosen={setChosen} mayWrite={mayWrite} definition={definition} />
    </SectionForm>
  );
}

function Parameters(props: {
  chosen: number;
  setChosen: (i: number) => void;
  mayWrite: boolean;
  definition: ConnectorDefinition;
}) {
  const { chosen, setChosen, mayWrite, definition } = props;
  const { errors } = useDraft();
  const [rows = [], setRows] = useValueAt<Row[]>("parameters");
  const at = Math.min(chosen, rows.length - 1);
  const row = rows[at];
  return (
    <ItemList
      label="Parameters"
      items={rows.map((p, i) => ({
        key: String(i),
        title: p.title || p.name || `Parameter ${i + 1}`,
        detail: `${p.targetType ?? "MergeField"} ${p.targetName ?? p.name}`,
        tag: <Tag>{tagOf(p)}</Tag>,
        isWrong: Object.keys(errors).some((path) => path.startsWith(`parameters.${i}.`)),
      }))}
      chosen={at}
      onChoose={setChosen}
      addLabel="Add parameter"
      onAdd={() => {
        setRows([...rows, blank(rows.length + 1)]);
        setChosen(rows.length);
      }}
      onRemove={(i) => {
        setRows(rows.filter((_, index) => index !== i));
        setChosen(Math.max(0, i - 1));
      }}
      onMove={(from, to) => {
        setRows(moved(rows, from, to));
        setChosen(to);
      }}
      mayWrite={mayWrite}
      empty={{
        title: "No parameters",
        text: "A subdomain, an account number, a region: what differs from one customer or partner to the next.",
        icon: <SlidersHorizontal />,
      }}
    >
      {row && <ParameterFields key={at} at={`parameters.${at}`} row={row} definition={definition} />}
    </ItemList>
  );
}

function tagOf(row: Row): string {
  if (row.source === "tokenResponse" || row.source === "redirect" || row.source === "postConnect") return "Arrives";
  if (row.isAccountConnectorProperty && row.isPartnerProperty) return "Both";
  return row.isAccountConnectorProperty ? "Account" : row.isPartnerProperty ? "Partner" : "Fixed";
}

function ParameterFields({ at, row, definition }: { at: string; row: Row; definition: ConnectorDefinition }) {
  const [, setRow] = useValueAt<Row>(at);
  const target = row.targetType ?? "MergeField";
  const arrives = row.source !== "user" && row.source !== "system";
  const isFixed = !arrives && !row.isAccountConnectorProperty && !row.isPartnerProperty;
  return (
    <>
      <ErrorAt path={`${at}.source`} />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TextAt path={`${at}.title`} label="Display name" required help="The provider's own words." />
        <TextAt path={`${at}.name`} label="Name" mono required help="Of the merge field, and of the property in the API." />
        <SelectAt
          path={`${at}.targetType`}
          label="Target type"
          fallback="MergeField"
          options={TARGETS}
          help={TARGET_WORDS[target]}
        />
        <TextAt
          path={`${at}.targetName`}
          label="Target name"
          mono
          help="As it is sent. Blank: the name."
          placeholder={row.name}
        />
      </div>
      <AreaAt path={`${at}.description`} label="Description" rows={2} help="Below the field where it is asked for." />
      <fieldset className="grid gap-3 border-t border-line pt-4">
        <legend className="sr-only">Who gives it</legend>
        <SelectAt
          path={`${at}.source`}
          label="Comes from"
          fallback="user"
          options={SOURCES}
          onChange={(source) => setRow({ ...row, source })}
        />
        {arrives ? (
          <TextAt
            path={`${at}.path`}
            label="Read at"
            mono
            required
            help="Path in the response, such as data.tenant, or name in the redirect."
          />
        ) : (
          <>
            <SwitchAt
              path={`${at}.isAccountConnectorProperty`}
              label="Account connector property"
              help="Each customer gives it when installing."
            />
            <SwitchAt
              path={`${at}.isPartnerProperty`}
              label="Partner connector property"
              help="You give it once, in the Authentication settings. Blank there, each customer is asked."
            />
            {row.isPartnerProperty && !row.isAccountConnectorProperty && (
              <SwitchAt
                path={`${at}.level`}
                label="Never ask customers"
                help="Only you can give it."
                onChange={(on) => setRow({ ...row, level: on ? "partner" : "partnerOrAccount" })}
                fallback={row.level === "partner"}
              />
            )}
          </>
        )}
      </fieldset>
      {isFixed ? (
        <TextAt
          path={`${at}.fixed`}
          label="Value"
          mono
          keepBlank
          help="Neither property: it always has this value. CYCLR_PAGE_NUMBER and its kind are filled in page by page."
        />
      ) : (
        <>
          <div className="grid items-start gap-4 border-t border-line pt-4 sm:grid-cols-2">
            <OptionalAt at={at} row={row} />
            <SwitchAt path={`${at}.hidden`} label="Hidden" help="Never shown; it has its default." />
            <SwitchAt path={`${at}.secret`} label="Sensitive" help="Kept encrypted, never shown again." />
            <SwitchAt
              path={`${at}.type`}
              label="Multiline"
              fallback={row.type === "text"}
              onChange={(on) => setRow({ ...row, type: on ? "text" : "string" })}
            />
          </div>
          <div className="grid items-start gap-4 sm:grid-cols-2">
            <LinesAt path={`${at}.enum`} label="Value list" help="One a line. Makes a dropdown." />
            {!row.secret && row.level !== "partner" && (
              <SelectAt
                path={`${at}.lookup`}
                label="Lookup"
                fallback=""
                options={[{ value: "", label: "None" }, ...definition.lookups.map((l) => ({ value: l.name, label: l.name }))]}
                help="Once somebody has signed in: a dropdown of what the provider has. Until then it is typed."
              />
            )}
            <TextAt path={`${at}.default`} label="Default value" />
            <SelectAt
              path={`${at}.format`}
              label="Format"
              fallback=""
              options={FORMATS}
              help="What decides a host needs one, a pattern or a list."
            />
            <TextAt path={`${at}.pattern`} label="Pattern" mono help="A regular expression that the whole value has to match." />
            <TextAt path={`${at}.example`} label="Example" help="Has to match the pattern." />
            <TextAt path={`${at}.prefix`} label="Shown before" mono placeholder="https://" />
            <TextAt path={`${at}.suffix`} label="Shown after" mono placeholder=".example.com" />
          </div>
        </>
      )}
    </>
  );
}

/** Optional in the form, required in the definition. */
function OptionalAt({ at, row }: { at: string; row: Row }) {
  const [, setRow] = useValueAt<Row>(at);
  return (
    <SwitchAt
      path={`${at}.optional`}
      label="Optional"
      help="Left out where nobody gives it."
      fallback={!row.required}
      onChange={(on) => setRow({ ...row, required: !on })}
    />
  );
}

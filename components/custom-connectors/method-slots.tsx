"use client";

import { Plus, X } from "lucide-react";
import {
  fieldSchema,
  methodParameterSchema,
  type ConnectorDefinition,
  type Field as BodyField,
  type MethodParameter,
} from "@/lib/auth-methods/definition";
import { Button, IconButton } from "../ui/button";
import { AreaAt, LinesAt, SelectAt, SwitchAt, TextAt, useValueAt } from "./controls";
import { useDraft } from "./draft";

const option = <T extends string>(value: T) => ({ value, label: value });
const PARAMETER_TYPES = methodParameterSchema.shape.type.unwrap().options.map(option);
const FIELD_TYPES = fieldSchema.shape.type.unwrap().options.map(option);
const TARGETS = methodParameterSchema.shape.targetType.options.map(option);

type Lookups = ConnectorDefinition["lookups"];

const lookupOptions = (lookups: Lookups) => [
  { value: "", label: "None" },
  ...lookups.map((l) => ({ value: l.name, label: l.name })),
];

/** One entry of a list: a line, and the rest behind "More". */
function Entry({
  title,
  isWrong,
  onRemove,
  line,
  more,
}: {
  title: string;
  isWrong: boolean;
  onRemove: () => void;
  line: React.ReactNode;
  more: React.ReactNode;
}) {
  return (
    <li className="grid gap-2 rounded-md border border-line p-3">
      <div className="flex items-start gap-2">
        <div className="grid min-w-0 flex-1 items-start gap-2 sm:grid-cols-4">{line}</div>
        <IconButton className="sm:mt-6.5" label={`Remove ${title}`} icon={<X aria-hidden />} onClick={onRemove} />
      </div>
      <details open={isWrong || undefined}>
        <summary className="w-fit cursor-pointer text-xs text-ink-2 hover:text-ink">
          More<span className="sr-only"> of {title}</span>
        </summary>
        <div className="mt-2 grid items-start gap-3 sm:grid-cols-2">{more}</div>
      </details>
    </li>
  );
}

const nextName = (names: readonly string[], base: string): string => {
  for (let n = 1; ; n += 1) if (!names.includes(`${base}${n}`)) return `${base}${n}`;
};

/** Parameters of a method: the address, the query and headers. */
export function MethodParameters({ lookups }: { lookups: Lookups }) {
  const { errors } = useDraft();
  const [parameters = [], set] = useValueAt<MethodParameter[]>("parameters");
  const add = () => {
    const name = nextName(
      parameters.map((p) => p.name),
      "parameter",
    );
    set([
      ...parameters,
      { name, title: "New parameter", targetType: "QueryString", targetName: name, optional: true, hidden: false, type: "Text" },
    ]);
  };
  return (
    <>
      {parameters.length === 0 && (
        <p className="text-sm text-ink-2">
          None. Parameters fill <code>{"{{mergefields}}"}</code> of the endpoint, and the query and headers of this method.
        </p>
      )}
      <ul className="grid gap-2">
        {parameters.map((p, i) => {
          const at = `parameters.${i}`;
          return (
            <Entry
              key={i}
              title={p.title}
              isWrong={Object.keys(errors).some((path) => path.startsWith(`${at}.`))}
              onRemove={() => set(parameters.filter((_, index) => index !== i))}
              line={
                <>
                  <TextAt path={`${at}.title`} label="Display name" required />
                  <SelectAt path={`${at}.targetType`} label="Target type" fallback="QueryString" options={TARGETS} />
                  <TextAt path={`${at}.targetName`} label="Target name" mono required />
                  <SelectAt path={`${at}.type`} label="Data type" fallback="Text" options={PARAMETER_TYPES} />
                </>
              }
              more={
                <>
                  <TextAt path={`${at}.name`} label="Name" mono required help="In the API and in scripts." />
                  <TextAt path={`${at}.default`} label="Default value" mono />
                  <AreaAt path={`${at}.description`} label="Description" rows={2} />
                  <LinesAt
                    path={`${at}.values`}
                    label="Value list"
                    help="One a line. Makes a dropdown. CYCLR_IGNORE_PARAMETER leaves the connector's parameter of this name out; CYCLR_PAGE_NUMBER and its kind are filled in page by page."
                  />
                  <SelectAt path={`${at}.lookup`} label="Lookup" fallback="" options={lookupOptions(lookups)} />
                  <div className="grid content-start gap-3">
                    <SwitchAt path={`${at}.optional`} label="Optional" />
                    <SwitchAt path={`${at}.hidden`} label="Hidden" help="Never asked; it has its default." />
                  </div>
                </>
              }
            />
          );
        })}
      </ul>
      <div>
        <Button small icon={<Plus aria-hidden />} onClick={add}>
          Add parameter
        </Button>
      </div>
    </>
  );
}

/** Fields of a body: what is sent, or what comes back. */
export function BodyFields({ list, lookups }: { list: "requestFields" | "responseFields"; lookups: Lookups }) {
  const { errors } = useDraft();
  const [fields = [], set] = useValueAt<BodyField[]>(list);
  const isRequest = list === "requestFields";
  return (
    <>
      {fields.length === 0 && (
        <p className="text-sm text-ink-2">
          {isRequest
            ? "None: the method sends no body of its own. Generate the fields from a sample, or add them one by one."
            : "None. Response fields are what later steps and lookups can read. Generate them from a sample answer."}
        </p>
      )}
      <ul className="grid gap-2">
        {fields.map((field, i) => {
          const at = `${list}.${i}`;
          return (
            <Entry
              key={i}
              title={field.title}
              isWrong={Object.keys(errors).some((path) => path.startsWith(`${at}.`))}
              onRemove={() => set(fields.filter((_, index) => index !== i))}
              line={
                <>
                  <div className="sm:col-span-2">
                    <TextAt path={`${at}.path`} label="Connector field" mono required />
                  </div>
                  <TextAt path={`${at}.title`} label="Display name" required />
                  <SelectAt path={`${at}.type`} label="Data type" fallback="Text" options={FIELD_TYPES} />
                </>
              }
              more={
                <>
                  <AreaAt path={`${at}.description`} label="Description" rows={2} />
                  <LinesAt path={`${at}.values`} label="Value list" help="One a line. Makes a dropdown." />
                  {isRequest && (
                    <>
                      <TextAt path={`${at}.default`} label="Default value" mono />
                      <SelectAt path={`${at}.lookup`} label="Lookup" fallback="" options={lookupOptions(lookups)} />
                      <SwitchAt path={`${at}.optional`} label="Optional" fallback />
                    </>
                  )}
                </>
              }
            />
          );
        })}
      </ul>
      <div>
        <Button
          small
          icon={<Plus aria-hidden />}
          onClick={() =>
            set([
              ...fields,
              {
                path: nextName(
                  fields.map((f) => f.path),
                  "field",
                ),
                title: "New field",
                optional: true,
                type: "Text",
              },
            ])
          }
        >
          Add field
        </Button>
      </div>
    </>
  );
}

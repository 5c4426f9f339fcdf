"use client";

import { ListTree } from "lucide-react";
import { useState } from "react";
import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
import { saveSectionAction } from "@/lib/custom-connectors/actions";
import type { EditorProps } from "./auth-methods-editor";
import { SelectAt, TextAt, useValueAt } from "./controls";
import { useDraft } from "./draft";
import { ItemList } from "./item-list";
import { SectionForm } from "./section-form";

type Lookup = ConnectorDefinition["lookups"][number];

/** Named dropdowns: a method whose answer gives values and words for them. */
export function LookupsEditor({ uid, base, definition, mayWrite }: EditorProps) {
  const [chosen, setChosen] = useState(0);
  return (
    <SectionForm
      label="Lookups"
      base={base}
      mayWrite={mayWrite}
      value={{ lookups: definition.lookups }}
      save={(mark, value) => saveSectionAction({ uid, base: mark, section: "lookups", value })}
      reveal={(path) => setChosen(Number(/^lookups\.(\d+)/.exec(path)?.[1] ?? chosen))}
      idleText="Parameters and fields name a lookup to become a dropdown."
    >
      <Lookups chosen={chosen} setChosen={setChosen} mayWrite={mayWrite} definition={definition} />
    </SectionForm>
  );
}

function Lookups(props: { chosen: number; setChosen: (i: number) => void; mayWrite: boolean; definition: ConnectorDefinition }) {
  const { chosen, setChosen, mayWrite, definition } = props;
  const { errors } = useDraft();
  const [lookups = [], setLookups] = useValueAt<Lookup[]>("lookups");
  const at = Math.min(chosen, lookups.length - 1);
  const lookup = lookups[at];
  const fields = definition.methods.find((m) => m.id === lookup?.method)?.responseFields ?? [];
  const options = fields.map((f) => ({ value: f.path, label: f.title, description: f.path }));
  const methods = definition.methods.filter((m) => m.responseFields.length > 0).map((m) => ({ value: m.id, label: m.name }));
  return (
    <ItemList
      label="Lookups"
      items={lookups.map((l, i) => ({
        key: String(i),
        title: l.name || `Lookup ${i + 1}`,
        detail: definition.methods.find((m) => m.id === l.method)?.name,
        isWrong: Object.keys(errors).some((path) => path.startsWith(`lookups.${i}.`)),
      }))}
      chosen={at}
      onChoose={setChosen}
      addLabel="Add lookup"
      onAdd={() => {
        const method = methods[0]?.value ?? "";
        setLookups([...lookups, { name: `Lookup ${lookups.length + 1}`, method, identifierKey: "", humanReadableKey: "" }]);
        setChosen(lookups.length);
      }}
      onRemove={(i) => {
        setLookups(lookups.filter((_, index) => index !== i));
        setChosen(Math.max(0, i - 1));
      }}
      mayWrite={mayWrite}
      empty={{
        title: "No lookups",
        text: "A lookup calls a method and offers what it finds: people pick a project instead of typing its id.",
        icon: <ListTree />,
      }}
    >
      {lookup && (
        <>
          <TextAt path={`lookups.${at}.name`} label="Name" required help="Unique in the connector." />
          <SelectAt
            path={`lookups.${at}.method`}
            label="Method"
            fallback=""
            options={methods}
            help="It has to have response fields. It is called with the installed connector's credential."
          />
          <div className="grid items-start gap-4 sm:grid-cols-2">
            <SelectAt
              path={`lookups.${at}.identifierKey`}
              label="IdentifierKey"
              fallback=""
              options={options}
              help="The response field whose value is used."
            />
            <SelectAt
              path={`lookups.${at}.humanReadableKey`}
              label="HumanReadableKey"
              fallback=""
              options={options}
              help="The response field that people see."
            />
          </div>
        </>
      )}
    </ItemList>
  );
}

"use client";

import { saveDefinitionAction } from "@/lib/custom-connectors/actions";
import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
import { Note } from "../ui/note";
import { AreaAt } from "./controls";
import { SectionForm } from "./section-form";

/** The whole definition as text, for what the tabs have no control for. */
export function JsonEditor({
  uid,
  base,
  definition,
  mayWrite,
}: {
  uid: string;
  base: string;
  definition: ConnectorDefinition;
  mayWrite: boolean;
}) {
  return (
    <SectionForm
      key={base}
      label="Definition"
      base={base}
      mayWrite={mayWrite}
      value={{ text: JSON.stringify(definition, null, 2) }}
      save={(mark, value) => saveDefinitionAction({ uid, base: mark, text: String(value.text ?? "") })}
    >
      <div className="grid gap-3 p-5">
        <Note kind="plain">
          Everything that the tabs show stands here, and what they have no control for. An export is this text, and an import
          takes it back without loss.
        </Note>
        <AreaAt path="text" label="Definition" mono rows={24} required />
      </div>
    </SectionForm>
  );
}

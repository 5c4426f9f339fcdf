"use client";

import { useState } from "react";
import { Combobox, type ComboboxOption } from "../ui/combobox";
import { useLookup, type LookupSource } from "./use-lookup";

export interface LookupControlProps {
  source: LookupSource;
  lookup: string;
  value: string;
  onChange: (value: string) => void;
  disabled: boolean;
  name?: string;
}

/** A value that may be picked from what the provider has, or typed where the list doesn't hold it. */
export function LookupControl({ source, lookup, value, onChange, disabled, name }: LookupControlProps) {
  const [query, setQuery] = useState<string | null>(null);
  const [picked, setPicked] = useState<ComboboxOption | null>(null);
  const chosen: ComboboxOption | null = value === "" ? null : picked?.value === value ? picked : { value, label: value };
  const { options, known, isFetching, problem } = useLookup(source, lookup, query, chosen?.label ?? null);
  const typed = (query ?? "").trim();
  const isOwn = typed !== "" && typed !== chosen?.label && !known.some((o) => o.value === typed || o.name === typed);
  const found: ComboboxOption | undefined = known.flatMap((o) => (o.value === value ? [{ value, label: o.name }] : []))[0];
  return (
    <div className="grid min-w-0 gap-1" onFocus={() => setQuery((now) => now ?? value)}>
      <Combobox
        options={isOwn && !isFetching ? [...options, { value: typed, label: typed, hint: "As typed" }] : options}
        value={found && chosen ? { ...chosen, label: found.label } : chosen}
        onQueryChange={setQuery}
        onValueChange={(option) => {
          setPicked(option);
          onChange(option?.value ?? "");
        }}
        loading={isFetching}
        placeholder={`Asks ${source.connectorName}`}
        disabled={disabled}
        name={name}
      />
      {problem && (
        <p role="alert" className="text-xs text-bad">
          {problem}
        </p>
      )}
    </div>
  );
}

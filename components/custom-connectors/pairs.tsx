"use client";

import { Plus, X } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../ui/button";
import { Input } from "../ui/input";
import { ErrorAt, useValueAt } from "./controls";

type Pair = readonly [string, string];

const recordOf = (pairs: readonly Pair[]): Record<string, string> | undefined => {
  const named = pairs.filter(([name]) => name.trim() !== "");
  return named.length === 0 ? undefined : Object.fromEntries(named.map(([name, value]) => [name.trim(), value]));
};

const pairsOf = (record: Readonly<Record<string, unknown>> | undefined): Pair[] =>
  Object.entries(record ?? {}).map(([name, value]) => [
    name,
    Array.isArray(value) ? String(value[0] ?? "") : String(value as string | number | boolean),
  ]);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? {}) === JSON.stringify(b ?? {});

export interface PairsAtProps {
  path: string;
  legend: string;
  help?: string;
  nameLabel: string;
  valueLabel: string;
  addLabel: string;
  placeholder?: readonly [string, string];
  disabled?: boolean;
}

/** Names with values, such as headers; rows without a name are left out. */
export function PairsAt({ path, legend, help, nameLabel, valueLabel, addLabel, placeholder, disabled }: PairsAtProps) {
  const [record, set] = useValueAt<Record<string, unknown>>(path);
  const [typed, setTyped] = useState<readonly Pair[]>(() => pairsOf(record));
  const rows = same(recordOf(typed), recordOf(pairsOf(record))) ? typed : pairsOf(record);
  const change = (next: readonly Pair[]) => {
    setTyped(next);
    set(recordOf(next));
  };
  return (
    <fieldset className="grid min-w-0 gap-2" disabled={disabled}>
      <legend className="mb-1 text-sm font-medium">{legend}</legend>
      {help && <p className="-mt-1.5 text-xs text-ink-2">{help}</p>}
      {rows.map(([name, value], i) => (
        <div key={i} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto] gap-2">
          <Input
            mono
            aria-label={`${nameLabel} ${i + 1}`}
            placeholder={placeholder?.[0]}
            value={name}
            onChange={(e) => change(rows.map((row, at) => (at === i ? [e.target.value, row[1]] : row)))}
          />
          <Input
            mono
            aria-label={`${valueLabel} ${i + 1}`}
            placeholder={placeholder?.[1]}
            value={value}
            onChange={(e) => change(rows.map((row, at) => (at === i ? [row[0], e.target.value] : row)))}
          />
          <IconButton
            label={`Remove ${name || nameLabel.toLowerCase()}`}
            icon={<X aria-hidden />}
            onClick={() => change(rows.filter((_, at) => at !== i))}
          />
        </div>
      ))}
      <ErrorAt path={path} />
      <div>
        <Button small icon={<Plus aria-hidden />} onClick={() => setTyped([...rows, ["", ""]])}>
          {addLabel}
        </Button>
      </div>
    </fieldset>
  );
}

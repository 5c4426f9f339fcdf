"use client";

import { Search } from "lucide-react";
import { parseAsString, useQueryStates } from "nuqs";
import { useEffect, useRef, useState, useTransition } from "react";
import { CONNECTION_STATES, STATE_WORDS, type ConnectionState } from "@/lib/installs/constants";
import { Button } from "../ui/button";
import { Chip } from "../ui/chip";
import { Combobox, type ComboboxOption } from "../ui/combobox";
import { Input } from "../ui/input";
import { Spinner } from "../ui/spinner";

export interface ConnectionsFiltersProps {
  counts: Readonly<Record<ConnectionState, number>>;
  connectors: readonly ComboboxOption[];
  accounts: readonly ComboboxOption[];
}

const PAUSE = 250;

/** Search, state, connector and account, all in the address. */
export function ConnectionsFilters({ counts, connectors, accounts }: ConnectionsFiltersProps) {
  const [pending, startTransition] = useTransition();
  const [filter, setFilter] = useQueryStates(
    {
      q: parseAsString.withDefault(""),
      state: parseAsString.withDefault(""),
      connector: parseAsString.withDefault(""),
      account: parseAsString.withDefault(""),
      page: parseAsString,
    },
    { shallow: false, startTransition, clearOnDefault: true },
  );
  const [typed, setTyped] = useState(filter.q);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const set = (change: Partial<typeof filter>) => void setFilter({ page: null, ...change });
  const isFiltered = filter.q + filter.state + filter.connector + filter.account !== "";
  return (
    <div role="group" aria-label="Filters" className="mb-4.5 grid gap-2.5">
      <div className="flex flex-wrap items-center gap-2">
        <Input
          type="search"
          aria-label="Search connections"
          placeholder="Search by name, connector or account"
          icon={<Search />}
          trailing={pending ? <Spinner size={14} /> : undefined}
          value={typed}
          onChange={(event) => {
            const { value } = event.target;
            setTyped(value);
            clearTimeout(timer.current);
            timer.current = setTimeout(() => set({ q: value.trim() || null } as Partial<typeof filter>), PAUSE);
          }}
          className="max-w-80 max-sm:max-w-none"
        />
        <Combobox
          aria-label="Connector"
          placeholder="Any connector"
          options={connectors}
          value={connectors.find((c) => c.value === filter.connector) ?? null}
          onValueChange={(option) => set({ connector: option?.value ?? "" })}
          className="w-56! max-sm:w-full!"
        />
        <Combobox
          aria-label="Account"
          placeholder="Any account"
          options={accounts}
          value={accounts.find((a) => a.value === filter.account) ?? null}
          onValueChange={(option) => set({ account: option?.value ?? "" })}
          className="w-56! max-sm:w-full!"
        />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {CONNECTION_STATES.map((state) => (
          <Chip
            key={state}
            on={filter.state === state}
            count={counts[state]}
            meaning={STATE_WORDS[state].meaning}
            onClick={() => set({ state: filter.state === state ? "" : state })}
          >
            {STATE_WORDS[state].label}
          </Chip>
        ))}
        {isFiltered && (
          <Button
            small
            variant="quiet"
            onClick={() => {
              setTyped("");
              set({ q: "", state: "", connector: "", account: "" });
            }}
          >
            Clear all
          </Button>
        )}
      </div>
    </div>
  );
}

"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { readLive } from "../shell/live";
import { Combobox, type ComboboxOption } from "../ui/combobox";

interface Found {
  readonly accounts: readonly { readonly id: string; readonly name: string; readonly externalId: string }[];
  readonly more: number;
}

export interface AccountChoiceProps {
  /** Those that are there before anything is typed. */
  accounts: readonly { readonly id: string; readonly name: string }[];
  /** Id of the chosen one. */
  value: string | undefined;
  onChange: (id: string | undefined) => void;
  placeholder: string;
  "aria-label"?: string;
  className?: string;
}

/** One account of however many there are: what is typed is looked for among all of them. */
export function AccountChoice({ accounts, value, onChange, className, ...words }: AccountChoiceProps) {
  const [query, setQuery] = useState("");
  const [picked, setPicked] = useState<ComboboxOption | null>(null);
  const known = accounts.map(({ id, name }): ComboboxOption => ({ value: id, label: name }));
  const chosen = picked?.value === value ? picked : (known.find((o) => o.value === value) ?? null);
  const wanted = useDeferredValue(query === chosen?.label ? "" : query.trim());
  const { data, isFetching } = useQuery({
    queryKey: ["accounts", wanted],
    queryFn: ({ signal }) => readLive<Found>(`/api/live/accounts?${new URLSearchParams({ q: wanted }).toString()}`, signal),
    enabled: wanted !== "",
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const found = (data?.accounts ?? []).map(({ id, name, externalId }): ComboboxOption => ({
    value: id,
    label: name,
    hint: externalId,
  }));
  return (
    <Combobox
      {...words}
      {...(className === undefined ? {} : { className })}
      options={wanted === "" ? known : found}
      value={chosen}
      onQueryChange={setQuery}
      onValueChange={(option) => {
        setPicked(option);
        onChange(option?.value);
      }}
      loading={isFetching && wanted !== ""}
      emptyText="No account is called that"
    />
  );
}

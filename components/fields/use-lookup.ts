import { useQuery } from "@tanstack/react-query";
import { readLive } from "../shell/live";
import type { ComboboxOption } from "../ui/combobox";

/** The connection whose provider is asked. */
export interface LookupSource {
  readonly accountId: string;
  readonly connectionId: number;
  readonly connectorName: string;
}

interface LookupAnswer {
  readonly options: readonly { readonly value: string; readonly name: string }[];
  readonly problem: string | null;
}

/**
 * What a lookup of a connection finds. In: what is typed, null until somebody opens the list: nothing is asked before; and the chosen
 * entry's words, for which the list shows whole. Out: the entries that match, and what the provider had against it.
 */
export function useLookup(source: LookupSource | null, name: string | null, query: string | null, chosen: string | null) {
  const { data, isFetching, error } = useQuery({
    queryKey: ["lookup", source?.connectionId, name],
    queryFn: ({ signal }) =>
      readLive<LookupAnswer>(
        `/api/live/connections/${source?.connectionId ?? 0}/lookups/${encodeURIComponent(name ?? "")}?account=${source?.accountId ?? ""}`,
        signal,
      ),
    enabled: query !== null && source !== null && name !== null,
    staleTime: 60_000,
  });
  const wanted = (query ?? "").trim().toLowerCase();
  const matching = (data?.options ?? []).filter(
    (o) => wanted === (chosen ?? "").toLowerCase() || `${o.name} ${o.value}`.toLowerCase().includes(wanted),
  );
  const options = matching.map((o): ComboboxOption => ({
    value: o.value,
    label: o.name,
    ...(o.name === o.value ? {} : { hint: o.value }),
  }));
  return { options, known: data?.options ?? [], isFetching, problem: error?.message ?? data?.problem ?? null };
}

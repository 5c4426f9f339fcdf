"use client";

import { parseAsString, useQueryStates } from "nuqs";
import { useTransition } from "react";
import { CYCLE_STATUSES } from "@/lib/cycles/constants";
import { AccountChoice, type AccountChoiceProps } from "../accounts/account-choice";
import { SearchForm } from "../shell/search-form";
import { Button } from "../ui/button";
import { Chip } from "../ui/chip";
import { Spinner } from "../ui/spinner";
import { STATUS_WORDS } from "./words";

/** Text, account and state, all in the address. */
export function CyclesFilters({ accounts }: { accounts: AccountChoiceProps["accounts"] }) {
  const [pending, startTransition] = useTransition();
  const [filter, setFilter] = useQueryStates(
    { query: parseAsString.withDefault(""), account: parseAsString.withDefault(""), status: parseAsString.withDefault("") },
    { shallow: false, startTransition, clearOnDefault: true },
  );
  const isFiltered = filter.query + filter.account + filter.status !== "";
  return (
    <div role="group" aria-label="Filters" className="mb-4.5 flex flex-wrap items-center gap-2">
      <SearchForm label="Search cycles" className="w-72 max-sm:w-full" />
      <AccountChoice
        aria-label="Account"
        placeholder="Any account"
        accounts={accounts}
        value={filter.account || undefined}
        onChange={(id) => void setFilter({ account: id ?? "" })}
        className="w-56! max-sm:w-full!"
      />
      {CYCLE_STATUSES.map((status) => (
        <Chip
          key={status}
          on={filter.status === status}
          onClick={() => void setFilter({ status: filter.status === status ? "" : status })}
        >
          {STATUS_WORDS[status].label}
        </Chip>
      ))}
      {isFiltered && (
        <Button small variant="quiet" onClick={() => void setFilter({ query: "", account: "", status: "" })}>
          Clear all
        </Button>
      )}
      {pending && <Spinner size={14} />}
    </div>
  );
}

"use client";

import { Autocomplete } from "@base-ui/react/autocomplete";
import { GitFork, Hourglass, Search, SquareCode } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { useMemo, useState, type ReactNode } from "react";
import { addStepAction } from "@/lib/steps/actions";
import { ButtonLink } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Logo } from "../ui/logo";
import { useBuilder, useChange, type After } from "./builder-context";
import { EXIT_WORDS } from "./words";

type Tool = "Condition" | "Delay" | "Transform";

interface Choice {
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  /** What is searched beside the label. */
  readonly words: string;
  readonly icon: ReactNode;
  readonly step: { kind: Tool } | { kind: "Action"; accountConnectorId: number; methodId: string };
}

interface ChoiceGroup {
  readonly value: string;
  readonly items: readonly Choice[];
}

const TOOLS: readonly Choice[] = [
  {
    key: "condition",
    label: "Condition",
    hint: "Goes on at True or at False",
    words: "if branch decision",
    icon: <GitFork aria-hidden />,
    step: { kind: "Condition" },
  },
  {
    key: "delay",
    label: "Delay",
    hint: "Waits before it goes on",
    words: "wait sleep pause",
    icon: <Hourglass aria-hidden />,
    step: { kind: "Delay" },
  },
  {
    key: "transform",
    label: "Transform",
    hint: "Makes its output with a script",
    words: "script javascript code",
    icon: <SquareCode aria-hidden />,
    step: { kind: "Transform" },
  },
];

const fits = (choice: Choice, group: string, query: string): boolean => {
  const text = `${choice.label} ${choice.words} ${group}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

/** Picks what the new step does: a method of a connection of the account, or a tool. Typing finds it by any of its words. */
export function AddStep({ after, onClose }: { after: After | null; onClose: () => void }) {
  const { cycle, account, connections } = useBuilder();
  const router = useRouter();
  const params = useSearchParams().toString();
  const { change, pending } = useChange();
  const [query, setQuery] = useState("");
  const groups = useMemo((): ChoiceGroup[] => {
    const all: ChoiceGroup[] = [
      ...connections.map((connection): ChoiceGroup => ({
        value: connection.name,
        items: connection.methods.map((method) => ({
          key: `${connection.id}/${method.id}`,
          label: method.name,
          hint: method.category,
          words: `${method.category} ${method.httpMethod} ${connection.connectorName}`,
          icon: <Logo name={connection.connectorName} slug={connection.connectorSlug} src={connection.iconUrl} size="small" />,
          step: { kind: "Action", accountConnectorId: connection.id, methodId: method.id },
        })),
      })),
      { value: "Tools", items: TOOLS },
    ];
    return all
      .map(({ value, items }) => ({ value, items: items.filter((item) => fits(item, value, query.trim())) }))
      .filter(({ items }) => items.length > 0);
  }, [connections, query]);
  const head = after && cycle.steps.find((s) => s.id === after.stepId);

  const add = async (choice: Choice) => {
    if (!after || pending) return;
    const made = await change(
      addStepAction({ accountId: cycle.accountId, cycleId: cycle.id, name: choice.label, ...choice.step, after: { ...after } }),
    );
    if (!made.ok) return;
    setQuery("");
    onClose();
    router.push(`/cycles/${cycle.id}/steps/${made.value.id}${params ? `?${params}` : ""}`, { scroll: false });
  };

  return (
    <Dialog
      open={after !== null}
      onOpenChange={(open) => {
        if (open) return;
        setQuery("");
        onClose();
      }}
      title="Add a step"
      description={
        head && after
          ? `After ${head.name}${after.exit === "Forward" ? "" : `, ${EXIT_WORDS[after.exit].toLowerCase()}`}`
          : undefined
      }
      flush
      footer={
        <>
          <span className="mr-auto text-sm text-ink-2">Not in the list?</span>
          <ButtonLink href={`/accounts/${account.id}/install`}>Install another connector</ButtonLink>
        </>
      }
    >
      <Autocomplete.Root
        items={groups}
        value={query}
        onValueChange={setQuery}
        filter={null}
        open
        inline
        autoHighlight="always"
        keepHighlight
        itemToStringValue={(item: Choice) => item.label}
      >
        <div className="sticky top-0 z-10 flex items-center gap-2.5 border-b border-line bg-surface px-5">
          <Search aria-hidden className="size-4 shrink-0 text-ink-3" />
          <Autocomplete.Input
            aria-label="Find a method or a tool"
            placeholder="Find a method or a tool"
            className="min-h-11 w-full min-w-0 bg-transparent text-base outline-none"
          />
        </div>
        <Autocomplete.Empty className="text-sm text-ink-2 not-empty:px-5 not-empty:py-6">
          Nothing fits “{query.trim()}” in the connectors of {account.name}.
        </Autocomplete.Empty>
        <Autocomplete.List className="not-empty:p-2">
          {(group: ChoiceGroup) => (
            <Autocomplete.Group key={group.value} items={group.items as Choice[]}>
              <Autocomplete.GroupLabel className="px-3 pt-2 pb-1 text-xs text-ink-3">{group.value}</Autocomplete.GroupLabel>
              <Autocomplete.Collection>
                {(choice: Choice) => (
                  <Autocomplete.Item
                    key={choice.key}
                    value={choice}
                    onClick={() => void add(choice)}
                    className="flex min-h-9 cursor-default items-center gap-2.5 rounded-md px-3 text-sm outline-none select-none data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:text-ink-2"
                  >
                    <span className="grid w-6 place-items-center">{choice.icon}</span>
                    <span className="min-w-0 flex-1 truncate">{choice.label}</span>
                    <span className="max-w-2/5 truncate text-xs text-ink-3">{choice.hint}</span>
                  </Autocomplete.Item>
                )}
              </Autocomplete.Collection>
            </Autocomplete.Group>
          )}
        </Autocomplete.List>
      </Autocomplete.Root>
    </Dialog>
  );
}

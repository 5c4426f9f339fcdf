"use client";

import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { CornerDownLeft, Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useMemo, useRef, useState } from "react";
import { dialogBackdrop, dialogPopup, Dialog as PlainDialog } from "../ui/dialog";
import { Kbd } from "../ui/kbd";
import { Logo } from "../ui/logo";
import { Spinner } from "../ui/spinner";
import { rankCommands, type CommandItem, type CommandSearch } from "./command-rank";
import { useCommandKey } from "../ui/command-key";
import { mayLeave } from "../ui/leave-page";

interface CommandPaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  items: readonly CommandItem[];
  search?: CommandSearch;
}

interface Found {
  query: string;
  items: readonly CommandItem[];
  failed: boolean;
}

/** What the server knows for a query, 120 ms after the last key; answers to older queries are thrown away. */
function useFound(
  query: string,
  search: CommandSearch | undefined,
): { items: readonly CommandItem[]; loading: boolean; failed: boolean } {
  const [found, setFound] = useState<Found>({ query: "", items: [], failed: false });
  const wanted = query.trim();
  useEffect(() => {
    if (!search || !wanted) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      search(wanted, controller.signal).then(
        (items) => !controller.signal.aborted && setFound({ query: wanted, items, failed: false }),
        () => !controller.signal.aborted && setFound({ query: wanted, items: [], failed: true }),
      );
    }, 120);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [search, wanted]);
  if (!search || !wanted) return { items: [], loading: false, failed: false };
  return { items: found.items, loading: found.query !== wanted, failed: found.query === wanted && found.failed };
}

/** Goes anywhere by name. */
export function CommandPalette({ open, onOpenChange, items, search }: CommandPaletteProps) {
  const router = useRouter();
  const [query, setQuery] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const found = useFound(query, search);

  const groups = useMemo(() => {
    const known = rankCommands(items, query);
    const seen = new Set(known.map((item) => item.href ?? item.label));
    const all = [...known, ...found.items.filter((item) => !seen.has(item.href ?? item.label))];
    const byGroup = new Map<string, CommandItem[]>();
    for (const item of all) byGroup.set(item.group, [...(byGroup.get(item.group) ?? []), item]);
    return [...byGroup].map(([value, entries]) => ({ value, items: entries }));
  }, [items, query, found.items]);

  const change = (next: boolean) => {
    if (!next) setQuery("");
    onOpenChange(next);
  };
  const run = (item: CommandItem) => {
    change(false);
    if (!item.href) return item.onSelect?.();
    if (mayLeave(item.href)) router.push(item.href);
  };

  return (
    <Dialog.Root open={open} onOpenChange={change}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialogBackdrop} />
        <Dialog.Viewport className="fixed inset-0 z-40 flex overflow-y-auto p-4 sm:pt-[12vh]">
          <Dialog.Popup initialFocus={input} className={`${dialogPopup} mt-0! mb-auto! max-w-xl`}>
            <Dialog.Title className="sr-only">Go to</Dialog.Title>
            <Autocomplete.Root
              items={groups}
              value={query}
              onValueChange={setQuery}
              filter={null}
              open
              inline
              autoHighlight="always"
              keepHighlight
              itemToStringValue={(item: CommandItem) => item.label}
            >
              <div className="flex items-center gap-2.5 border-b border-line px-4">
                <Search aria-hidden className="size-4 shrink-0 text-ink-3" />
                <Autocomplete.Input
                  ref={input}
                  aria-label="Go to a page, connector, account or connection"
                  placeholder="Go to a page, connector, account or connection"
                  className="min-h-12 w-full min-w-0 bg-transparent text-base outline-none"
                />
                {found.loading && <Spinner className="text-ink-3" />}
                <Dialog.Close className="rounded-xs">
                  <Kbd>Esc</Kbd>
                  <span className="sr-only">Close</span>
                </Dialog.Close>
              </div>
              <Autocomplete.Status className="sr-only">{found.loading ? "Searching" : ""}</Autocomplete.Status>
              <Autocomplete.Empty className="text-sm text-ink-2 not-empty:px-4 not-empty:py-6">
                {found.loading
                  ? null
                  : found.failed
                    ? "The search did not answer. Type again to retry."
                    : `Nothing is called “${query.trim()}”.`}
              </Autocomplete.Empty>
              <Autocomplete.List className="max-h-[min(24rem,60dvh)] overflow-y-auto overscroll-contain not-empty:p-1.5">
                {(group: { value: string; items: CommandItem[] }) => (
                  <Autocomplete.Group key={group.value} items={group.items}>
                    <Autocomplete.GroupLabel className="px-2.5 pt-2 pb-1 text-xs text-ink-3">
                      {group.value}
                    </Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(item: CommandItem) => (
                        <Autocomplete.Item
                          key={item.href ?? item.label}
                          value={item}
                          onClick={() => run(item)}
                          className="group flex min-h-9 cursor-default items-center gap-2.5 rounded-md px-2.5 text-sm outline-none select-none data-highlighted:bg-hover"
                        >
                          {item.logo && <Logo name={item.logo.name} slug={item.logo.slug} src={item.logo.src} size="small" />}
                          <span className="min-w-0 flex-1 truncate">{item.label}</span>
                          {item.hint && <span className="max-w-2/5 truncate text-xs text-ink-3">{item.hint}</span>}
                          <CornerDownLeft
                            aria-hidden
                            className="size-3.5 shrink-0 text-ink-3 opacity-0 group-data-highlighted:opacity-100"
                          />
                        </Autocomplete.Item>
                      )}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
            </Autocomplete.Root>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The keys that do something. */
export function Shortcuts({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const commandKey = useCommandKey();
  const rows = [
    ["Go to a page, connector, account or connection", `${commandKey}K`],
    ["Search in the list of this page", "/"],
    ["Save the form", `${commandKey}S`],
    ["Close what is open", "Esc"],
    ["Move to the notifications", "F6"],
    ["This list", "?"],
  ];
  return (
    <PlainDialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" size="small">
      <dl className="grid gap-2.5">
        {rows.map(([what, key]) => (
          <div key={what} className="flex items-center justify-between gap-4 text-sm">
            <dt>{what}</dt>
            <dd>
              <Kbd>{key}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
    </PlainDialog>
  );
}

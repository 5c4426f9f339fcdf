import clsx from "clsx";
import { Link } from "../ui/link";
import { Tooltip } from "../ui/tooltip";
import { STATE_WORDS, type ConnectionState } from "@/lib/installs/constants";

const BAR: Record<(typeof STATE_WORDS)[ConnectionState]["tone"], string> = {
  ok: "bg-ok",
  warn: "bg-warn",
  bad: "bg-bad",
  wait: "bg-wait",
  off: "bg-ink-3",
};

/** How many connections are in each state: one bar for all, and a link for each. */
export function ConnectionStates({ states }: { states: readonly { state: ConnectionState; count: number }[] }) {
  const present = states.filter((entry) => entry.count > 0);
  return (
    <div className="p-4">
      <div aria-hidden className="mb-4 flex h-2.5 gap-0.5 overflow-hidden rounded-full">
        {present.map(({ state, count }) => (
          <span key={state} className={BAR[STATE_WORDS[state].tone]} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul className="grid grid-cols-2 gap-2 sm:grid-cols-4">
        {states.map(({ state, count }) => (
          <li key={state}>
            <Tooltip content={STATE_WORDS[state].meaning}>
              <Link
                href={`/connections?state=${state}`}

                className="block rounded-md border border-line px-3 py-2 hover:bg-hover"
              >
                <span className={clsx("block text-xl font-semibold tabular-nums", count === 0 && "text-ink-3")}>
                  {count.toLocaleString("en")}
                </span>
                <span className="flex items-center gap-1.5 text-xs text-ink-2">
                  <span aria-hidden className={clsx("size-2 shrink-0 rounded-full", BAR[STATE_WORDS[state].tone])} />
                  {STATE_WORDS[state].label}
                </span>
              </Link>
            </Tooltip>
          </li>
        ))}
      </ul>
    </div>
  );
}

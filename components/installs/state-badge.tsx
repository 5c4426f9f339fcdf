"use client";

import { STATE_WORDS, type ConnectionState } from "@/lib/installs/constants";
import { StateTag } from "../ui/state-tag";
import { Tooltip } from "../ui/tooltip";

/** The state of a connection in its one word, explained on hover and focus. */
export function StateBadge({ state, focusable = true }: { state: ConnectionState; focusable?: boolean }) {
  const { label, tone, meaning } = STATE_WORDS[state];
  if (!focusable) return <StateTag state={tone}>{label}</StateTag>;
  return (
    <Tooltip content={meaning}>
      <span tabIndex={0} className="inline-flex rounded-sm">
        <StateTag state={tone}>{label}</StateTag>
      </span>
    </Tooltip>
  );
}

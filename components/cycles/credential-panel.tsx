"use client";

import type { StepSetup } from "@/lib/cycles/types";
import { StateTag, type State } from "../ui/state-tag";
import { Tooltip } from "../ui/tooltip";
import { badgeOf, draftOf, slotKey, type CredentialBadge, type Edits } from "./step-draft";

const BADGES: Readonly<Record<CredentialBadge, { state: State; label: string; meaning: string }>> = {
  Run: { state: "accent", label: "Run", meaning: "Comes with each run, so that each run can act as someone else." },
  Step: { state: "accent", label: "Step", meaning: "Mapped in this step." },
  Account: { state: "off", label: "Account", meaning: "From the installed connector." },
  Partner: { state: "off", label: "Partner", meaning: "From your authentication settings." },
  Definition: { state: "off", label: "Definition", meaning: "Comes with the connector." },
  Missing: { state: "bad", label: "Missing", meaning: "Nothing supplies it. The call would fail." },
  Unsaved: {
    state: "wait",
    label: "Once saved",
    meaning: "The mapping is gone when you save. Then the layer below supplies it.",
  },
};

/** Where each value of the step's credential comes from, never the value. */
export function CredentialPanel({ setup, edits }: { setup: StepSetup; edits: Edits }) {
  const slotOf = (name: string) => setup.authentication.find((slot) => slot.name === name);
  const rows = setup.effectiveCredential;
  return (
    <section aria-labelledby="effective-credential" className="grid gap-2">
      <div>
        <h2 id="effective-credential">Effective credential</h2>
        <p className="text-sm text-ink-2">Where each value will come from.</p>
      </div>
      {rows.length === 0 ? (
        <p className="text-sm text-ink-2">
          {setup.connection ? "This connector needs no credential." : "Choose a connection first."}
        </p>
      ) : (
        <ul aria-labelledby="effective-credential">
          {rows.map((source) => {
            const slot = slotOf(source.name);
            const badge = badgeOf(source, slot ? draftOf(slot, edits) : null);
            // What isn't used can't be missed.
            const { state, label, meaning } = BADGES[badge];
            const words = source.used ? label : `${label}, not used`;
            return (
              <li
                key={slot ? slotKey(slot) : source.name}
                className="flex min-h-8.5 items-center gap-2 border-b border-line py-1 text-sm"
              >
                <span className="min-w-0 flex-1 wrap-anywhere">{source.title}</span>
                <Tooltip content={source.used ? meaning : `${meaning} Calls of this step make no use of it.`}>
                  <span tabIndex={0} className="inline-flex rounded-sm">
                    <StateTag state={source.used ? state : "off"} icon={null}>
                      {words}
                    </StateTag>
                  </span>
                </Tooltip>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

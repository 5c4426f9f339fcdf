import { CircleCheck, Lock, LockOpen, type LucideIcon } from "lucide-react";
import type { SetupState } from "@/lib/auth-methods/prompts";
import { StateTag, type State } from "../ui/state-tag";

/** The states of a connector's setup, in the product's own words. */
export const SETUP_STATE_WORDS: Record<SetupState, { label: string; tone: State; Icon: LucideIcon }> = {
  SetupRequired: { label: "Setup required", tone: "warn", Icon: LockOpen },
  AsksCustomers: { label: "Asks customers", tone: "accent", Icon: Lock },
  SetUp: { label: "Set up", tone: "ok", Icon: Lock },
  NothingToSetUp: { label: "Nothing to set up", tone: "off", Icon: CircleCheck },
};

export function SetupStateTag({ state }: { state: SetupState }) {
  const { label, tone, Icon } = SETUP_STATE_WORDS[state];
  return (
    <StateTag state={tone} icon={<Icon aria-hidden />}>
      {label}
    </StateTag>
  );
}

import { CircleCheck, Lock, LockOpen, type LucideIcon } from "lucide-react";
import type { SetupState } from "@/lib/auth-methods/prompts";
import { StateTag, type State } from "../ui/state-tag";
import { SETUP_STATE_LABELS } from "./setup-words";

const LOOK: Record<SetupState, { tone: State; Icon: LucideIcon }> = {
  SetupRequired: { tone: "warn", Icon: LockOpen },
  AsksCustomers: { tone: "accent", Icon: Lock },
  SetUp: { tone: "ok", Icon: Lock },
  NothingToSetUp: { tone: "off", Icon: CircleCheck },
};

export function SetupStateTag({ state }: { state: SetupState }) {
  const { tone, Icon } = LOOK[state];
  return (
    <StateTag state={tone} icon={<Icon aria-hidden />}>
      {SETUP_STATE_LABELS[state]}
    </StateTag>
  );
}

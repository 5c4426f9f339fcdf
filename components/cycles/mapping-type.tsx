import {
  CircleDashed,
  CircleSlash,
  CornerDownRight,
  List,
  Search,
  TextCursorInput,
  Variable,
  type LucideIcon,
} from "lucide-react";
import type { MappingType } from "@/lib/cycles/constants";
import type { Slot } from "@/lib/cycles/types";
import { Select, type SelectOption } from "../ui/select";

type Choice = MappingType | "None";

const TYPES: Record<Choice, { label: string; Icon: LucideIcon }> = {
  None: { label: "Not mapped", Icon: CircleDashed },
  StepOutput: { label: "Earlier step", Icon: CornerDownRight },
  StaticValue: { label: "Typed value", Icon: TextCursorInput },
  ValueList: { label: "Fixed list", Icon: List },
  Variable: { label: "Variable", Icon: Variable },
  Lookup: { label: "Look up", Icon: Search },
  Ignore: { label: "Leave out", Icon: CircleSlash },
};

/** The mapping types that make sense for a slot: a fixed list needs values, a look-up a lookup. */
function choicesFor(slot: Slot, current: MappingType | null): readonly Choice[] {
  const all = Object.keys(TYPES) as Choice[];
  return all.filter((choice) => {
    if (choice === current) return true;
    if (choice === "ValueList") return slot.values.length > 0;
    if (choice === "Lookup") return slot.lookup !== null;
    // A credential that is left out is one that isn't mapped.
    return choice !== "Ignore" || (slot.kind !== "Authentication" && slot.kind !== "Operand");
  });
}

export interface MappingTypeSelectProps {
  slot: Slot;
  value: MappingType | null;
  onChange: (type: MappingType | null) => void;
  disabled: boolean;
}

/** Where the value of a slot comes from. */
export function MappingTypeSelect({ slot, value, onChange, disabled }: MappingTypeSelectProps) {
  const options = choicesFor(slot, value).map((choice): SelectOption<Choice> => {
    const { label, Icon } = TYPES[choice];
    return { value: choice, label, icon: <Icon aria-hidden /> };
  });
  return (
    <Select
      aria-label={`Source of ${slot.title}`}
      options={options}
      value={value ?? "None"}
      onValueChange={(choice) => onChange(choice === "None" ? null : choice)}
      disabled={disabled}
    />
  );
}

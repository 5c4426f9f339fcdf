import type {
  CollectionSplitType,
  ConditionOperator,
  CycleStatus,
  DelayUnit,
  EdgeType,
  StepErrorAction,
  StepKind,
  TriggerKind,
} from "@/lib/cycles/constants";
import type { SelectOption } from "../ui/select";

/** The words of the constants, in one place. */
export const TRIGGER_WORDS: Readonly<Record<TriggerKind, { label: string; description: string }>> = {
  Manual: { label: "Run by hand", description: "Starts when somebody presses Run once." },
  Schedule: { label: "Schedule", description: "Starts by itself, again and again." },
  Webhook: { label: "Webhook", description: "Starts when another system calls its address." },
};

export const STEP_KIND_WORDS: Readonly<Record<StepKind, string>> = {
  Trigger: "Trigger",
  Action: "Method",
  Condition: "Condition",
  Delay: "Delay",
  Transform: "Transform",
};

export const STATUS_WORDS: Readonly<Record<CycleStatus, { label: string; tone: "ok" | "off" | "wait"; meaning: string }>> = {
  Active: { label: "Active", tone: "ok", meaning: "It runs whenever its trigger says so. It can't be edited meanwhile." },
  Paused: { label: "Paused", tone: "off", meaning: "Nothing starts by itself. It can be edited." },
  Stopping: { label: "Stopping", tone: "wait", meaning: "What has begun is finished, nothing new begins." },
};

export const ERROR_ACTION_WORDS: Readonly<Record<StepErrorAction, { label: string; description: string }>> = {
  Ignore: { label: "Ignore and go on", description: "The error is kept, the next step runs." },
  Retry: { label: "Retry after a wait", description: "After 5 min, 35 min, 1 h 35, 4 h 35 and 10 h 35." },
  StopTransaction: { label: "Stop this run", description: "Later runs go on as usual." },
  StopIntegration: { label: "Stop the cycle", description: "Nothing more starts until somebody starts it." },
};

export const SPLIT_WORDS: Readonly<Record<CollectionSplitType, { label: string; description: string }>> = {
  All: { label: "Once for each item", description: "A list of 20 makes 20 runs of what follows." },
  First: { label: "For the first item alone", description: "The others are left aside." },
  None: { label: "Once for the whole list", description: "What follows gets the list as it is." },
};

export const EXIT_WORDS: Readonly<Record<EdgeType, string>> = { Forward: "Then", True: "If true", False: "If false" };

export const OPERATOR_WORDS: Readonly<Record<ConditionOperator, string>> = {
  Equal: "is",
  NotEqual: "is not",
  GreaterThan: "is greater than",
  GreaterThanOrEqual: "is at least",
  LessThan: "is less than",
  LessThanOrEqual: "is at most",
  Contains: "contains",
  NotContains: "doesn't contain",
  StartsWith: "starts with",
  EndsWith: "ends with",
  IsEmpty: "is empty",
  IsNotEmpty: "is not empty",
  Matches: "matches the expression",
};

export const DELAY_WORDS: Readonly<Record<DelayUnit, string>> = {
  Seconds: "seconds",
  Minutes: "minutes",
  Hours: "hours",
  Days: "days",
};

/** "15 minutes", "4 hours", "day". In: minutes. */
export function intervalWords(minutes: number): string {
  const [count, unit] =
    minutes % 10080 === 0
      ? [minutes / 10080, "week"]
      : minutes % 1440 === 0
        ? [minutes / 1440, "day"]
        : minutes % 60 === 0
          ? [minutes / 60, "hour"]
          : [minutes, "minute"];
  return count === 1 ? unit : `${count} ${unit}s`;
}

/** Options of a select from a table of words. */
export const optionsOf = <T extends string>(
  words: Readonly<Record<T, { label: string; description?: string } | string>>,
): SelectOption<T>[] =>
  (Object.entries(words) as [T, { label: string; description?: string } | string][]).map(([value, word]) =>
    typeof word === "string" ? { value, label: word } : { value, ...word },
  );

import type { FailureOwner } from "@/lib/kernel/errors";

/** Whose a failure is, in the words of the connection pages, and the colour it has in a chart. */
export const OWNER_WORDS: Readonly<Record<FailureOwner, { label: string; colour: string }>> = {
  customer: { label: "Customer's to fix", colour: "bg-bad" },
  partner: { label: "Yours to fix", colour: "bg-wait" },
  provider: { label: "Provider's fault", colour: "bg-warn" },
  policy: { label: "Refused by a safety rule", colour: "bg-ink-3" },
};

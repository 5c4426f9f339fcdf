"use client";

import { useNow } from "../ui/time";
import { stateSentence, type StateFacts } from "./state-sentence";

/** The state in a sentence, with the reader's own clock. */
export function StateLine(props: { facts: StateFacts; audience: "partner" | "customer"; partner: string }) {
  return <>{stateSentence(props.facts, props, useNow())}</>;
}

import { transact } from "@/db/transact";

/** One transaction for what the demonstration writes together. */
export const writeAll = transact;

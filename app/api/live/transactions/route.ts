import { partnerLive } from "@/lib/doors/live";
import { listTransactions } from "@/lib/run/data";
import { transactionsFilterSchema } from "@/lib/run/schema";

/** Transactions as they stand, by the filters of the address. */
export const GET = partnerLive("cycles.read", (scope, query) =>
  listTransactions(scope, transactionsFilterSchema.parse(Object.fromEntries(query))),
);

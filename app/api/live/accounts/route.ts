import { partnerLive } from "@/lib/doors/live";
import { listAccounts } from "@/lib/partners/data";

/** The first accounts whose name or API ID has the text `q` in it, to choose one from. */
export const GET = partnerLive("accounts.read", async (scope, params) => {
  const query = (params.get("q") ?? "").trim().slice(0, 100);
  const { rows, total } = await listAccounts(scope, { query, page: 1 });
  return { accounts: rows.map(({ id, name, externalId }) => ({ id, name, externalId })), more: total - rows.length };
});

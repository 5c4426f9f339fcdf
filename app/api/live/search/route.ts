import { findConnectors } from "@/lib/catalog/loaders";
import { listCycles } from "@/lib/cycles/data";
import { cyclesFilterSchema } from "@/lib/cycles/schema";
import { partnerLive } from "@/lib/doors/live";
import { listConnections } from "@/lib/installs/data";
import { listAccounts } from "@/lib/partners/data";

const EACH = 5;

/** Connectors, accounts, connections and cycles whose names fit, for the command palette. */
export const GET = partnerLive("library.read", async (scope, params) => {
  const query = (params.get("q") ?? "").trim().slice(0, 100);
  if (!query) return { connectors: [], accounts: [], connections: [], cycles: [] };
  const [connectors, accounts, connections, cycles] = await Promise.all([
    findConnectors(scope, query, EACH),
    scope.permissions.has("accounts.read") ? listAccounts(scope, { query, page: 1 }) : { rows: [] },
    scope.permissions.has("installs.read") ? listConnections(scope, { query, connector: "", account: "", state: "" }) : [],
    scope.permissions.has("cycles.read") ? listCycles(scope, cyclesFilterSchema.parse({ query })) : [],
  ]);
  return {
    connectors,
    cycles: cycles.slice(0, EACH).map(({ id, name, accountName }) => ({ id, name, accountName })),
    accounts: accounts.rows.slice(0, EACH).map(({ id, name }) => ({ id, name })),
    connections: connections
      .slice(0, EACH)
      .map(({ id, name, accountName, connectorSlug, connectorName, iconUrl, state, authType }) => ({
        id,
        name,
        accountName,
        connectorSlug,
        connectorName,
        iconUrl,
        state,
        mayLink: scope.permissions.has("links.write") && authType !== "None" && state !== "Disabled",
      })),
  };
});

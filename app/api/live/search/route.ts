import { findConnectors } from "@/lib/catalog/loaders";
import { partnerLive } from "@/lib/doors/live";
import { listConnections } from "@/lib/installs/data";
import { listAccounts } from "@/lib/partners/data";

const EACH = 5;

/** Connectors, accounts and connections whose names fit, for the command palette. */
export const GET = partnerLive("library.read", async (scope, params) => {
  const query = (params.get("q") ?? "").trim().slice(0, 100);
  if (!query) return { connectors: [], accounts: [], connections: [] };
  const [connectors, accounts, connections] = await Promise.all([
    findConnectors(scope, query, EACH),
    scope.permissions.has("accounts.read") ? listAccounts(scope, { query, page: 1 }) : { rows: [] },
    scope.permissions.has("installs.read") ? listConnections(scope, { query, connector: "", account: "", state: "" }) : [],
  ]);
  return {
    connectors,
    accounts: accounts.rows.slice(0, EACH).map(({ id, name }) => ({ id, name })),
    connections: connections.slice(0, EACH).map(({ id, name, accountName, connectorSlug, connectorName, state, authType }) => ({
      id,
      name,
      accountName,
      connectorSlug,
      connectorName,
      state,
      mayLink: scope.permissions.has("links.write") && authType !== "None" && state !== "Disabled",
    })),
  };
});

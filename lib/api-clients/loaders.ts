import "server-only";
import { requirePartner } from "@/lib/access/loaders";
import { env } from "@/lib/platform/env";
import { apiSettingsOf, listAccessTokens, listApiClients } from "./data";

/** Everything that Settings > API shows; no secret in it. */
export async function loadApiSettings() {
  const { scope } = await requirePartner("/settings/api", "settings.read");
  return {
    origin: new URL(env().publicUrl).origin,
    clients: await listApiClients(scope),
    tokens: await listAccessTokens(scope),
    settings: await apiSettingsOf(scope),
    mayWrite: scope.permissions.has("api.write"),
  };
}

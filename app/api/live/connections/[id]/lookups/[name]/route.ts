import { accountLive } from "@/lib/doors/account-live";
import { lookupChoices } from "@/lib/run/loaders";

/** What the provider answers to a look-up of a connection; `account` names its account. */
export async function GET(request: Request, context: { params: Promise<{ id: string; name: string }> }): Promise<Response> {
  const { id, name } = await context.params;
  const accountId = new URL(request.url).searchParams.get("account") ?? "";
  const number = /^\d{1,15}$/.test(id) ? Number(id) : 0;
  return accountLive(accountId, "installs.call", (scope) => lookupChoices(scope, number, name));
}

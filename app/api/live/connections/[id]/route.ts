import { accountLive } from "@/lib/doors/account-live";
import { signInSubjectOf } from "@/lib/installs/loaders";

/** What it takes to sign a connection in again; `account` names its account. */
export async function GET(request: Request, context: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await context.params;
  const accountId = new URL(request.url).searchParams.get("account") ?? "";
  const number = /^\d{1,15}$/.test(id) ? Number(id) : 0;
  return accountLive(accountId, "installs.write", (scope) => signInSubjectOf(scope, number));
}

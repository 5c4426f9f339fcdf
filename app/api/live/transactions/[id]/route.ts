import { partnerLive } from "@/lib/doors/live";
import { transactionOf } from "@/lib/run/data";

const NOT_FOUND = { error: { code: "object.not_found", message: "There is nothing here." } };

/** One transaction with its steps, while it runs and after. */
export async function GET(request: Request, context: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await context.params;
  return partnerLive(
    "cycles.read",
    async (scope) =>
      (await transactionOf(scope, id)) ?? Response.json(NOT_FOUND, { status: 404, headers: { "cache-control": "no-store" } }),
  )(request);
}

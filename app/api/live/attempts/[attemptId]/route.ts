import { loadAttemptStatus } from "@/lib/oauth/loaders";

const HEADERS = { "cache-control": "no-store" };

/** How a sign-in stands; only the browser that started it may ask (S-22). */
export async function GET(_request: Request, context: { params: Promise<{ attemptId: string }> }): Promise<Response> {
  const { attemptId } = await context.params;
  const status = await loadAttemptStatus(attemptId);
  if (status) return Response.json(status, { headers: HEADERS });
  const error = { code: "object.not_found", message: "There is no such sign-in." };
  return Response.json({ error }, { status: 404, headers: HEADERS });
}

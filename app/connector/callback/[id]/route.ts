import { currentPerson } from "@/lib/access/session";
import { browserHash } from "@/lib/oauth/browser";
import { finishAttempt } from "@/lib/oauth/callback";

const MAX_FORM = 64 * 1024;

/** Away from the URL that holds the code: nothing of it is kept, cached or told onwards (S-24). */
const moveTo = (location: string): Response =>
  new Response(null, {
    status: 303,
    headers: { location, "cache-control": "no-store", "referrer-policy": "no-referrer" },
  });

type Context = { params: Promise<{ id: string }> };

/** The provider's answer (RFC 6749 section 4.1.2). */
export async function GET(request: Request, context: Context): Promise<Response> {
  const { id } = await context.params;
  const person = await currentPerson();
  const finished = await finishAttempt({
    id,
    query: new URL(request.url).searchParams,
    browserHash: await browserHash(),
    person: person ? `user:${person.who.userId}` : null,
  });
  return moveTo(
    finished.ok
      ? `/connector/result/${finished.value.attemptId}`
      : `/connector/result/unknown?reason=${encodeURIComponent(finished.error.code)}`,
  );
}

/** The same as a form post; a SameSite cookie comes along only with the GET that it becomes. */
export async function POST(request: Request, context: Context): Promise<Response> {
  const { id } = await context.params;
  const form = await request.text();
  if (form.length > MAX_FORM) return moveTo("/connector/result/unknown?reason=request.too_large");
  return moveTo(`/connector/callback/${encodeURIComponent(id)}?${new URLSearchParams(form).toString()}`);
}

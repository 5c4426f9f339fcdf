import { currentPerson } from "@/lib/access/session";
import { connectorIcon } from "@/lib/custom-connectors/loaders";

/** Whatever the bytes are, a browser may do nothing with them but draw them. */
const HEADERS = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; sandbox",
  "content-disposition": "inline; filename=icon",
  "cache-control": "private, max-age=300",
  "cross-origin-resource-policy": "same-origin",
};

/** The icon of a custom connector, for the people of its partner and of that partner's accounts; everybody else gets a 404. */
export async function GET(_: Request, { params }: { params: Promise<{ uid: string }> }): Promise<Response> {
  const person = await currentPerson();
  if (!person) return new Response(null, { status: 401, headers: { "cache-control": "no-store" } });
  const partners = person.who.memberships.map((m) => m.partnerId);
  const icon = await connectorIcon(partners, (await params).uid);
  if (!icon) return new Response(null, { status: 404, headers: { "cache-control": "no-store" } });
  return new Response(Buffer.from(icon.bytes), { headers: { ...HEADERS, "content-type": icon.type } });
}

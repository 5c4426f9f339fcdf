import { partnerLive } from "@/lib/doors/live";
import { customConnectorOf } from "@/lib/custom-connectors/data";

/** The definition of a connector of the partner's own as a file: the draft, else the live release. */
export const GET = (request: Request, { params }: { params: Promise<{ uid: string }> }): Promise<Response> =>
  partnerLive("library.read", async (scope) => {
    const connector = await customConnectorOf(scope, (await params).uid);
    const current = connector?.draft ?? connector?.live;
    if (!connector || !current) return new Response(null, { status: 404 });
    return new Response(`${JSON.stringify(current.definition, null, 2)}\n`, {
      headers: {
        "content-type": "application/json; charset=utf-8",
        "content-disposition": `attachment; filename="${connector.slug}.json"`,
        "cache-control": "no-store",
      },
    });
  })(request);

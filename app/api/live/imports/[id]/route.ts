import { partnerLive } from "@/lib/doors/live";
import { loadImport } from "@/lib/custom-connectors/loaders";

/** How the import of an OpenAPI document stands; 404 for one of somebody else. */
export const GET = (request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> =>
  partnerLive("connectors.write", async (scope) => {
    const state = loadImport(scope, (await params).id);
    return state ?? new Response(null, { status: 404 });
  })(request);

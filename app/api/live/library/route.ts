import { libraryQuerySchema } from "@/lib/catalog/schema";
import { partnerLive } from "@/lib/doors/live";
import { readLibrary } from "@/lib/partners/loaders";

/** A page of the library, for the filters and the further pages of a library that is open. */
export const GET = partnerLive("library.read", (scope, query) =>
  readLibrary(scope, libraryQuerySchema.parse(Object.fromEntries(query))),
);

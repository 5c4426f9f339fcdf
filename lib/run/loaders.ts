import "server-only";
import { requirePartner } from "@/lib/access/loaders";
import { SCRIPT_EVENTS, SCRIPT_FUNCTIONS, SCRIPT_VARIABLES } from "@/lib/scripts/constants";

/** What the page of scripts needs: the names that an editor offers. */
export async function scriptTestingPage() {
  await requirePartner("/connectors/script-testing", "library.setup");
  return {
    events: SCRIPT_EVENTS,
    words: { variables: SCRIPT_VARIABLES, functions: SCRIPT_FUNCTIONS },
  };
}

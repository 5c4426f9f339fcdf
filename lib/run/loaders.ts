import "server-only";
import { requirePartner } from "@/lib/access/loaders";
import { loadEditor } from "@/lib/custom-connectors/loaders";
import { methodForm } from "@/lib/installs/method-fields";
import { SCRIPT_EVENTS, SCRIPT_FUNCTIONS, SCRIPT_VARIABLES } from "@/lib/scripts/constants";
import { trialMethod } from "./try-draft";

/** Names that an editor of scripts offers. */
export const scriptWords = { variables: SCRIPT_VARIABLES, functions: SCRIPT_FUNCTIONS } as const;

/** What the page of scripts needs: the names that an editor offers. */
export async function scriptTestingPage() {
  await requirePartner("/connectors/script-testing", "library.setup");
  return {
    events: SCRIPT_EVENTS,
    words: scriptWords,
  };
}

/** What "Try it" of a connector of the partner's own shows: ways to authenticate with what to type, and methods with their forms. */
export async function tryItPage(uid: string) {
  const { definition, mayWrite } = await loadEditor(uid);
  return {
    uid,
    mayWrite,
    name: definition.name,
    authMethods: definition.authMethods.map((method) => trialMethod(definition, method)),
    methods: definition.methods.map((method) => methodForm(method)),
  };
}

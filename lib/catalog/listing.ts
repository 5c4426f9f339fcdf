import { defaultAuthMethod, type AuthType, type ConnectorDefinition } from "@/lib/auth-methods/definition";
import { sentenceList } from "@/lib/auth-methods/guide";
import { promptFields, setupState, type SetupState } from "@/lib/auth-methods/prompts";
import type { Layer, Presence } from "@/lib/auth-methods/resolve";
import type { Connector } from "./data";
import { LIBRARY_FIRST_PAGE, LIBRARY_FURTHER_PAGE, type LibraryQuery } from "./schema";
import { searchConnectors } from "./search";
import type { LibraryPage, LibraryRow } from "./types";

/** What a partner has saved for a connector: its values by name (`true` for a secret one), and when, in milliseconds. */
export interface SavedSetup {
  readonly savedAt: number;
  readonly has: Layer<Presence>;
}

/** What customers give by the default method, in a sentence. */
export function askedSentence(definition: ConnectorDefinition, has: Layer<Presence>): string {
  const method = defaultAuthMethod(definition);
  const { fields, interactive } = promptFields({ definition, authMethod: method, partnerHas: has });
  const labels = sentenceList(fields.filter((f) => f.required).map((f) => f.label));
  if (interactive) return labels ? `Customers give ${labels} and sign in` : "Customers only sign in";
  if (labels) return `Customers give ${labels}`;
  return method.type === "None" ? "No credential is needed" : "Customers give nothing";
}

interface Standing {
  readonly state: SetupState;
  readonly sentence: string;
}

function standingOf(definition: ConnectorDefinition, saved: SavedSetup | undefined): Standing {
  const has = saved?.has ?? {};
  const { state, sentence } = setupState(definition, has, saved?.savedAt ?? null);
  return { state, sentence: state === "SetUp" || state === "NothingToSetUp" ? askedSentence(definition, has) : sentence };
}

interface Facts {
  readonly types: readonly AuthType[];
  readonly categories: readonly string[];
  /** As long as nothing is saved. */
  readonly blank: Standing;
}

const facts = new WeakMap<ConnectorDefinition, Facts>();

/** What doesn't depend on the partner, worked out once per definition. */
function factsOf(connector: Connector): Facts {
  const { definition } = connector;
  let held = facts.get(definition);
  if (!held) {
    held = {
      types: [...new Set(definition.authMethods.map((m) => m.type))],
      categories: connector.kind === "utility" ? ["Utilities"] : definition.categories,
      blank: standingOf(definition, undefined),
    };
    facts.set(definition, held);
  }
  return held;
}

const fits = <T>(chosen: readonly T[], own: readonly T[]): boolean => chosen.length === 0 || own.some((v) => chosen.includes(v));

const add = (counts: Record<string, number>, values: readonly string[]): void => {
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
};

/**
 * One page of the library. In: the connectors a partner can use, what it has saved, and how many accounts have installed each.
 * Out: rows by name, or best first where something is searched; facets count each filter as if only the others were set.
 */
export function listLibrary(
  connectors: readonly Connector[],
  saved: ReadonlyMap<number, SavedSetup>,
  accounts: ReadonlyMap<number, number>,
  query: LibraryQuery,
): LibraryPage {
  const facets = { category: {}, auth: {}, state: {} };
  const found: { connector: Connector; types: readonly AuthType[]; categories: readonly string[]; standing: Standing }[] = [];
  for (const connector of searchConnectors(connectors, query.q)) {
    const { types, categories, blank } = factsOf(connector);
    const setup = saved.get(connector.id);
    const standing = setup ? standingOf(connector.definition, setup) : blank;
    const inCategory = fits(query.category, categories);
    const inAuth = fits(query.auth, types);
    const inState = fits(query.state, [standing.state]);
    if (inAuth && inState) add(facets.category, categories);
    if (inCategory && inState) add(facets.auth, types);
    if (inCategory && inAuth) add(facets.state, [standing.state]);
    if (inCategory && inAuth && inState) found.push({ connector, types, categories, standing });
  }
  const end = LIBRARY_FIRST_PAGE + (query.page - 1) * LIBRARY_FURTHER_PAGE;
  const rows = found
    .slice(query.page === 1 ? 0 : end - LIBRARY_FURTHER_PAGE, end)
    .map(({ connector, types, categories, standing }): LibraryRow => ({
      slug: connector.slug,
      name: connector.name,
      ...(connector.iconUrl === null ? {} : { iconUrl: connector.iconUrl }),
      categories: categories.join(", "),
      types,
      state: standing.state,
      sentence: standing.sentence,
      accounts: accounts.get(connector.id) ?? 0,
    }));
  return {
    rows,
    total: found.length,
    next: end < found.length ? query.page + 1 : null,
    facets: query.page === 1 ? facets : null,
  };
}

const written = new WeakMap<object, string>();

/** Something as JSON, written once: the same object is asked for until somebody commits. In: what is written of it, where not itself. */
function textOf(object: object, content: () => unknown = () => object): string {
  let text = written.get(object);
  if (text === undefined) written.set(object, (text = JSON.stringify(content())));
  return text;
}

const KEPT = 256;
const pages = new WeakMap<readonly Connector[], Map<string, LibraryPage>>();

/** {@link listLibrary}, kept as long as nothing it depends on changes: most requests ask for what the one before asked for. */
export function keptLibrary(
  connectors: readonly Connector[],
  saved: ReadonlyMap<number, SavedSetup>,
  accounts: ReadonlyMap<number, number>,
  query: LibraryQuery,
): LibraryPage {
  let kept = pages.get(connectors);
  if (!kept) pages.set(connectors, (kept = new Map()));
  const key = JSON.stringify(query) + textOf(saved, () => [...saved]) + textOf(accounts, () => [...accounts]);
  const held = kept.get(key);
  if (held) return held;
  const page = listLibrary(connectors, saved, accounts, query);
  const oldest = kept.size >= KEPT ? kept.keys().next().value : undefined;
  if (oldest !== undefined) kept.delete(oldest);
  kept.set(key, page);
  return page;
}

/** A page as JSON: as one text it passes through a page's rendering untouched, where every value of an object is visited. */
export const libraryText = (page: LibraryPage): string => textOf(page);

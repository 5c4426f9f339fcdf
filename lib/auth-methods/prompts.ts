import type { AuthMethod, ConnectorDefinition, Parameter } from "./definition";
import { engineWord } from "./engine-words";
import type { FieldSpec } from "./fields";
import { connectorParameters, isCredential, kindOf } from "./registry";
import { PRESENCE, resolveParameters, type Layer, type Presence, type ResolvedValue } from "./resolve";
import { canonicalName } from "./templates";

const KINDS: Readonly<Record<NonNullable<Parameter["format"]>, FieldSpec["kind"]>> = {
  hostname: "hostname",
  uri: "url",
  email: "email",
  uuid: "text",
  pem: "multiline",
};

function kindOfField(parameter: Parameter): FieldSpec["kind"] {
  const name = canonicalName(parameter.name);
  if (name === "scopes" || name === "optionalscopes") return "scopes";
  if (parameter.secret) return "secret";
  if (parameter.enum) return "select";
  if (parameter.type === "boolean" || parameter.type === "number") return parameter.type;
  if (parameter.type === "text" || parameter.format === "pem") return "multiline";
  return parameter.format ? KINDS[parameter.format] : "text";
}

/** The control for a parameter. In: the parameter, and for scopes those that can't be taken out. Out: its field. */
export function fieldOf(parameter: Parameter, more: Partial<Pick<FieldSpec, "required" | "locked" | "help">> = {}): FieldSpec {
  const kind = kindOfField(parameter);
  const options = parameter.enum?.map((value, i) => ({ value, label: parameter.enumTitles?.[i] ?? value }));
  const help = more.help ?? parameter.description;
  return {
    name: parameter.name,
    label: parameter.title,
    kind,
    required: more.required ?? parameter.required,
    ...(help === undefined ? {} : { help }),
    ...(parameter.example === undefined ? {} : { placeholder: parameter.example, example: parameter.example }),
    ...(parameter.prefix === undefined ? {} : { prefix: parameter.prefix }),
    ...(parameter.suffix === undefined ? {} : { suffix: parameter.suffix }),
    ...(options === undefined ? {} : { options }),
    ...(parameter.default === undefined ? {} : { default: String(parameter.default) }),
    ...(parameter.pattern === undefined ? {} : { pattern: parameter.pattern }),
    ...(more.locked === undefined || more.locked.length === 0 ? {} : { locked: more.locked }),
    ...(parameter.visibleWhen === undefined ? {} : { visibleWhen: parameter.visibleWhen }),
    ...(parameter.lookup === undefined || parameter.secret ? {} : { lookup: parameter.lookup }),
    ...(parameter.secret && (parameter.type === "text" || parameter.format === "pem") ? { multiline: true } : {}),
  };
}

const isAsked = (p: Parameter): boolean =>
  p.source === "user" && p.fixed === undefined && !p.hidden && !p.readOnly && engineWord(p) === null;
const settableByPartner = (p: Parameter): boolean => isAsked(p) && p.level !== "account";
const settableByAccount = (p: Parameter): boolean => isAsked(p) && p.level !== "partner";

/** Parameters of the connector and of all its methods, each name once: one value serves every method. */
function allParameters(
  definition: ConnectorDefinition,
): readonly { readonly parameter: Parameter; readonly method: AuthMethod }[] {
  const seen = new Set<string>();
  return definition.authMethods.flatMap((method) =>
    connectorParameters(definition, method).flatMap((parameter) => {
      const key = canonicalName(parameter.name);
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ parameter, method }];
    }),
  );
}

/**
 * The fields of the Authentication Settings page, under the connector's own labels. None is required: what is left blank is asked for
 * at install. Out: fields in order; a method's own fields carry its title as `group` where there are several methods.
 */
export function partnerFields(definition: ConnectorDefinition): readonly FieldSpec[] {
  const several = definition.authMethods.length > 1;
  const shared = new Set(definition.parameters.map((p) => canonicalName(p.name)));
  return allParameters(definition)
    .filter(({ parameter }) => settableByPartner(parameter))
    .map(({ parameter, method }) => {
      const locked =
        canonicalName(parameter.name) === "scopes" ? ((method.oauth2?.scopes ?? method.oauth1?.scopes)?.required ?? []) : [];
      const field = fieldOf(parameter, { required: false, locked });
      return several && !shared.has(canonicalName(parameter.name)) ? { ...field, group: methodTitle(method) } : field;
    });
}

/** The words for a method in a list: its own title, else its type's. */
export const methodTitle = (method: AuthMethod): string => method.title ?? kindOf(method).label;

/** Why values are asked: a new install, a new sign-in of an existing one, or an edit of what is stored. */
export type PromptPurpose = "install" | "reauthenticate" | "edit";

export interface PromptInput {
  readonly definition: ConnectorDefinition;
  readonly authMethod: AuthMethod;
  /** What is there, by parameter name: text where it may be seen, `true` where it may not. */
  readonly partnerHas: Layer<Presence>;
  readonly accountHas?: Layer<Presence>;
  readonly purpose?: PromptPurpose;
}

export interface Prompts {
  /** Shared parameters first, then the method's. */
  readonly fields: readonly FieldSpec[];
  /** What the partner has filled in already, never its value. */
  readonly lockedChips: readonly { readonly name: string; readonly title: string }[];
  /** Required values that only the partner can give and hasn't: nothing can be installed until then. */
  readonly blockedBy: readonly { readonly name: string; readonly title: string }[];
  /** After the fields, a person has to consent in a browser. */
  readonly interactive: boolean;
}

const isSet = (resolved: ResolvedValue<Presence>, source: "Account" | "Partner"): boolean => resolved.source === source;

function promptsFor(resolved: ResolvedValue<Presence>, purpose: PromptPurpose): "ask" | "optional" | "skip" {
  const { parameter } = resolved;
  const typedLater =
    purpose === "edit" &&
    (parameter.source === "redirect" || parameter.source === "postConnect") &&
    parameter.fixed === undefined;
  if (typedLater) return "optional";
  if (!settableByAccount(parameter) || isSet(resolved, "Partner")) return "skip";
  if (!isSet(resolved, "Account")) return "ask";
  if (purpose === "edit") return "optional";
  return purpose === "reauthenticate" && resolved.credential ? "ask" : "skip";
}

/**
 * What an install still has to ask: values that the partner left blank, account values, the credential itself. In: what is there.
 * Out: fields in the order of the install page; a field that is set already and shown again isn't required: blank keeps it.
 */
export function promptFields(input: PromptInput): Prompts {
  const purpose = input.purpose ?? "install";
  const parameters = connectorParameters(input.definition, input.authMethod);
  const layers = { partner: input.partnerHas, ...(input.accountHas ? { account: input.accountHas } : {}) };
  const resolved = resolveParameters(parameters, input.authMethod, layers, PRESENCE);
  const fields: FieldSpec[] = [];
  for (const r of resolved) {
    const ask = promptsFor(r, purpose);
    if (ask === "skip" || hiddenForGood(r.parameter, resolved)) continue;
    const stays = r.source === "Account" && purpose === "edit";
    fields.push(
      withoutSettledCondition(fieldOf(r.parameter, { required: ask === "ask" && r.parameter.required && !stays }), resolved),
    );
  }
  const chip = (r: ResolvedValue<Presence>): { name: string; title: string } => ({ name: r.name, title: r.title });
  return {
    fields,
    lockedChips: resolved.filter((r) => isSet(r, "Partner") && isAsked(r.parameter) && !isScopes(r.parameter)).map(chip),
    blockedBy: resolved
      .filter((r) => r.parameter.level === "partner" && r.required && r.source === "Missing" && !r.parameter.hidden)
      .map(chip),
    interactive: kindOf(input.authMethod).interactive(input.authMethod),
  };
}

const isScopes = (parameter: Parameter): boolean => kindOfField(parameter) === "scopes";

/** The other parameter of a condition, where its value is settled and won't be asked again on this page. */
function settledCondition(
  parameter: { readonly visibleWhen?: Parameter["visibleWhen"] },
  resolved: readonly ResolvedValue<Presence>[],
): string | null {
  const condition = parameter.visibleWhen;
  if (!condition) return null;
  const other = resolved.find((r) => canonicalName(r.name) === canonicalName(condition.parameter));
  return other && (other.source === "Partner" || other.source === "Definition") && typeof other.value === "string"
    ? other.value
    : null;
}

function hiddenForGood(parameter: Parameter, resolved: readonly ResolvedValue<Presence>[]): boolean {
  const settled = settledCondition(parameter, resolved);
  return settled !== null && settled !== parameter.visibleWhen?.equals;
}

function withoutSettledCondition(field: FieldSpec, resolved: readonly ResolvedValue<Presence>[]): FieldSpec {
  if (!field.visibleWhen || settledCondition({ visibleWhen: field.visibleWhen }, resolved) === null) return field;
  const { visibleWhen: _, ...rest } = field;
  return rest;
}

export type SetupState = "SetupRequired" | "SetUp" | "AsksCustomers" | "NothingToSetUp";

export interface Setup {
  readonly state: SetupState;
  /** Titles of the partner's blank values that customers will be asked for. */
  readonly asked: readonly string[];
  readonly sentence: string;
}

/**
 * The state of a connector in the library (domain section 3). In: what the partner has set, and when it last saved (ms; null: never).
 * Out: the state, the blank values customers are asked for, and a sentence that says so.
 */
export function setupState(definition: ConnectorDefinition, partnerHas: Layer<Presence>, savedAt: number | null = null): Setup {
  const settable = allParameters(definition).filter(({ parameter }) => settableByPartner(parameter));
  if (settable.length === 0) return { state: "NothingToSetUp", asked: [], sentence: "There is nothing to set up" };
  const blank: Parameter[] = [];
  for (const { parameter, method } of settable) {
    const [found] = resolveParameters(
      withCondition(
        parameter,
        settable.map((s) => s.parameter),
      ),
      method,
      { partner: partnerHas },
      PRESENCE,
    );
    if (found?.source === "Missing" && found.required) blank.push(parameter);
  }
  const customers = blank.filter((p) => p.level !== "partner").map((p) => p.title);
  const own = blank.filter((p) => p.level === "partner").map((p) => p.title);
  if (own.length > 0)
    return {
      state: "SetupRequired",
      asked: customers,
      sentence: `${own.join(", ")} ${own.length === 1 ? "is" : "are"} missing: only you can give ${own.length === 1 ? "it" : "them"}`,
    };
  if (blank.length === 0)
    return { state: "SetUp", asked: [], sentence: "Everything is set: customers won't be asked for these values" };
  if (savedAt === null) return { state: "SetupRequired", asked: customers, sentence: `Not set up yet: ${customers.join(", ")}` };
  return { state: "AsksCustomers", asked: customers, sentence: `Customers will be asked for ${customers.join(", ")}` };
}

/** A parameter with the one its condition looks at. */
function withCondition(parameter: Parameter, all: readonly Parameter[]): readonly Parameter[] {
  const condition = parameter.visibleWhen;
  const other = condition && all.find((p) => canonicalName(p.name) === canonicalName(condition.parameter));
  return other && other !== parameter ? [parameter, other] : [parameter];
}

/** Which stored account values de-authenticating removes: the credential itself; properties stay. */
export const credentialNames = (definition: ConnectorDefinition, method: AuthMethod): readonly string[] =>
  connectorParameters(definition, method)
    .filter((p) => isCredential(method, p.name))
    .map((p) => p.name);

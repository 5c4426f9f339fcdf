import type { AuthMethod, ConnectorDefinition, Parameter } from "./definition";
import { methodTitle, partnerFields, promptFields } from "./prompts";
import { connectorParameters, kindOf } from "./registry";
import { canonicalName } from "./templates";

/** A row of "Value | Description". */
export interface GuideValue {
  readonly name: string;
  readonly label: string;
  readonly description: string;
}

export interface GuideStep {
  readonly id: "app" | "callback" | "scopes" | "copy" | "save" | "account" | "values" | "consent";
  readonly title: string;
  readonly text: string;
  /** Shown with a button that copies it: `callback` stands for the partner's own callback URL. */
  readonly copy?: "callback";
  readonly link?: { readonly label: string; readonly url: string };
  readonly items?: readonly string[];
  readonly values?: readonly GuideValue[];
}

/** What the partner does at the provider and here, then what happens in an account, for one authentication method. */
export interface MethodGuide {
  readonly methodId: string;
  readonly title: string;
  readonly appearance: string;
  readonly partner: readonly GuideStep[];
  readonly account: readonly GuideStep[];
}

/** The Authentication Setup Guide of a connector. */
export interface Guide {
  readonly title: string;
  readonly intro: string;
  readonly methods: readonly MethodGuide[];
  readonly links: readonly { readonly label: string; readonly url: string }[];
}

/** "A, B and C". */
export const sentenceList = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1] ?? ""}`;

/** The provider without what tells one connector of it from another: "Copper" of "Copper (OAuth)". Another environment is another place. */
function providerOf({ name }: ConnectorDefinition): string {
  const [, provider, addition] = /^(.+?) \(([^()]*)\)$/.exec(name) ?? [];
  return provider === undefined || /sandbox|staging|demo|test|beta/i.test(addition ?? "") ? name : provider;
}

const usesCallback = (method: AuthMethod): boolean => kindOf(method).interactive(method);
const isScopes = (name: string): boolean => ["scopes", "optionalscopes"].includes(canonicalName(name));

function describe(parameter: Parameter, definition: ConnectorDefinition): string {
  if (parameter.description !== undefined) return parameter.description;
  if (isScopes(parameter.name))
    return parameter.default === undefined
      ? "Separated by spaces. Left blank, none are asked for."
      : "Separated by spaces. What you enter replaces the connector's own list.";
  const { prefix = "", suffix = "" } = parameter;
  const isScheme = suffix === "" && /^https?:\/\/$/.test(prefix);
  const form = prefix + suffix === "" ? "" : isScheme ? ` Without ${prefix}.` : ` The part shown as … in ${prefix}…${suffix}.`;
  if (parameter.enumTitles ?? parameter.enum) return `One of ${sentenceList(parameter.enumTitles ?? parameter.enum ?? [])}.`;
  const example = parameter.example === undefined || parameter.secret ? "" : ` For example ${parameter.example}.`;
  const provider = providerOf(definition);
  const from = parameter.title.toLowerCase().includes(provider.toLowerCase()) ? "" : ` from ${provider}`;
  return `The ${parameter.title}${from}.${form}${example}`;
}

/** What an app stands for: everybody who signs in with it, whoever made it, or an installation. */
function appText(method: AuthMethod): string {
  if (usesCallback(method)) return "You need a developer account. One app serves all your customers.";
  if (method.type === "OAuth1" || method.oauth2?.grant === "ClientCredentials")
    return "Nobody signs in: the app acts as the account it was made in. Where each customer makes their own, leave its values blank here.";
  return "You need a developer account. One app can serve all your customers.";
}

/** What becomes of a value that the partner leaves blank. */
function blankText(values: readonly Parameter[]): string {
  const never = values.filter((p) => p.level === "partner").map((p) => p.title);
  if (never.length === values.length) return `Customers are never asked for ${never.length === 1 ? "it" : "them"}.`;
  const text =
    values.length === 1
      ? "Leave it blank if customers should use their own: they will be asked when they install."
      : "Leave any of them blank if customers should use their own: they will be asked when they install.";
  return never.length === 0 ? text : `${text} They are never asked for ${sentenceList(never.map((l) => `the ${l}`))}.`;
}

function partnerSteps(definition: ConnectorDefinition, method: AuthMethod, values: readonly Parameter[]): readonly GuideStep[] {
  const steps: GuideStep[] = [];
  const provider = providerOf(definition);
  const credentials = values.filter((p) => !isScopes(p.name));
  const labels = credentials.map((p) => p.title);
  const hasClient = credentials.some((p) => ["clientid", "consumerkey"].includes(canonicalName(p.name)));
  const link = definition.developerUrl ?? definition.docsUrl;
  if (hasClient) {
    steps.push({
      id: "app",
      title: `Create an app in ${provider}`,
      text: appText(method),
      ...(link === undefined ? {} : { link: { label: `Open ${new URL(link).hostname}`, url: link } }),
    });
  }
  if (usesCallback(method)) {
    steps.push({
      id: "callback",
      title: "Register the callback URL",
      text: "Paste it exactly, without a slash at the end. It is yours alone: other connectors use others.",
      copy: "callback",
    });
  }
  const scopes = method.oauth2?.scopes ?? method.oauth1?.scopes ?? {};
  const asked = [...new Set([...(scopes.default ?? []), ...(scopes.required ?? [])])];
  if (asked.length > 0) {
    steps.push({
      id: "scopes",
      title: "Allow the scopes",
      text: `The app in ${provider} has to allow what is asked for at the sign-in.`,
      items: asked,
    });
  }
  if (labels.length > 0) {
    steps.push({
      id: "copy",
      title: `Copy ${sentenceList(labels.map((l) => `the ${l}`))}`,
      text: blankText(credentials),
      values: values.map((p) => ({ name: p.name, label: p.title, description: describe(p, definition) })),
    });
    steps.push({
      id: "save",
      title: "Save changes",
      text: "What you saved applies to every account from its next sign-in or call.",
    });
  }
  return steps;
}

function accountSteps(
  definition: ConnectorDefinition,
  method: AuthMethod,
  partnerGiven: Readonly<Record<string, true>>,
): readonly GuideStep[] {
  const parameters = connectorParameters(definition, method);
  const asked = promptFields({ definition, authMethod: method, partnerHas: partnerGiven }).fields;
  const steps: GuideStep[] = [];
  const values = asked.flatMap((field) => {
    const parameter = parameters.find((p) => p.name === field.name);
    return parameter
      ? [
          {
            name: field.name,
            label: field.required ? field.label : `${field.label} (optional)`,
            description: describe(parameter, definition),
          },
        ]
      : [];
  });
  if (values.length > 0) {
    steps.push({
      id: "values",
      title: `Enter ${sentenceList(asked.map((f) => f.label))}`,
      text: `Each customer has their own in ${providerOf(definition)}.`,
      values,
    });
  }
  if (usesCallback(method)) {
    steps.push({
      id: "consent",
      title: `Sign in to ${providerOf(definition)}`,
      text: "The customer signs in there and agrees. Their password is never seen here.",
    });
  }
  if (steps.length === 0) {
    steps.push({ id: "account", title: "Nothing to enter", text: "The connector works as soon as it is installed." });
  }
  return steps;
}

/**
 * The Authentication Setup Guide, made from the definition: create an app, register the callback URL, allow the scopes, copy the values
 * under the connector's own labels; then what a customer gives. In: a definition. Out: structured text, one part a method.
 */
export function setupGuide(definition: ConnectorDefinition): Guide {
  const fields = new Set(partnerFields(definition).map((f) => f.name));
  const methods = definition.authMethods.map((method): MethodGuide => {
    const values = connectorParameters(definition, method).filter((p) => fields.has(p.name));
    const given = Object.fromEntries(values.map((p): [string, true] => [p.name, true]));
    return {
      methodId: method.id,
      title: methodTitle(method),
      appearance: kindOf(method).appearance(method, definition),
      partner: partnerSteps(definition, method, values),
      account: accountSteps(definition, method, given),
    };
  });
  const nothing = methods.every((m) => m.partner.length === 0);
  const provider = providerOf(definition);
  const nobodyGives = methods.every((m) => m.account.every((step) => step.id === "account"));
  const links = [
    ...(definition.developerUrl === undefined ? [] : [{ label: "Developer site", url: definition.developerUrl }]),
    ...(definition.docsUrl === undefined ? [] : [{ label: "API documentation", url: definition.docsUrl }]),
    ...(definition.website === undefined ? [] : [{ label: "Website", url: definition.website }]),
  ];
  return {
    title: `Set up ${definition.name}`,
    intro: nothing
      ? nobodyGives
        ? "There is nothing to set up: the connector works as soon as it is installed."
        : `There is nothing to do in ${provider} beforehand: customers give their own values when they install.`
      : `What to do in ${provider} before customers can use it.`,
    methods,
    links,
  };
}

import { fail, ok, type Result } from "@/lib/kernel/result";
import type { AuthMethod, ConnectorDefinition, Parameter, Templates } from "./definition";
import { connectorParameters } from "./registry";
import type { ValueSource } from "./resolve";
import { canonicalName, hostFields, lookup, renderTemplate, textOf, type TemplateValues } from "./templates";

export type ValueSources = Readonly<Record<string, ValueSource>>;

const listOf = (templates: Templates | undefined): readonly string[] =>
  templates === undefined ? [] : typeof templates === "string" ? [templates] : templates;

const isAbsolute = (template: string): boolean => hostFields(template) !== null;

interface Origins {
  readonly templates: readonly string[];
  readonly parameters: readonly Parameter[];
}

const originsOf = new WeakMap<ConnectorDefinition, Origins>();

/** The hosts of every address that a definition names, as templates, and the parameters that fill them. */
function origins(definition: ConnectorDefinition): Origins {
  let known = originsOf.get(definition);
  if (!known) {
    const parameters = [...definition.parameters, ...definition.authMethods.flatMap((m) => m.parameters)];
    originsOf.set(definition, (known = { templates: [...new Set(addresses(definition).map(originOf))], parameters }));
  }
  return known;
}

/** Every address that a definition names: base URLs, OAuth endpoints, look-ups, verification and absolute methods. */
function addresses(definition: ConnectorDefinition): readonly string[] {
  const ofMethod = (m: AuthMethod): (Templates | undefined)[] => [
    m.baseUrl,
    m.oauth2?.authorizationEndpoint,
    m.oauth2?.tokenEndpoint,
    m.oauth2?.refreshEndpoint,
    m.oauth2?.revocationEndpoint,
    m.oauth1?.requestTokenEndpoint,
    m.oauth1?.authorizationEndpoint,
    m.oauth1?.accessTokenEndpoint,
    ...m.placements
      .filter((p) => p.in === "path")
      .map((p) => (typeof p.value === "string" || Array.isArray(p.value) ? (p.value as Templates) : undefined)),
  ];
  const all = [
    definition.baseUrl,
    ...definition.authMethods.flatMap(ofMethod),
    definition.verification?.url,
    ...(definition.postConnect ?? []).map((p) => p.request.url),
  ].flatMap(listOf);
  // A method's address counts only with a host that is written out: its merge fields are filled by whoever calls it.
  const methods = definition.methods.map((m) => m.endpoint).filter((e) => hostFields(e)?.names.length === 0);
  return [...new Set([...all, ...methods].filter(isAbsolute))];
}

const parameterOf = (parameters: readonly Parameter[], name: string): Parameter | undefined =>
  parameters.find((p) => canonicalName(p.name) === canonicalName(name));

const patterns = new Map<string, RegExp | null>();

function wholePattern(pattern: string): RegExp | null {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  let compiled: RegExp | null;
  try {
    compiled = new RegExp(`^(?:${pattern})$`, "u");
  } catch {
    compiled = null;
  }
  patterns.set(pattern, compiled);
  return compiled;
}

/** The longest host name (RFC 1035 section 2.3.4), and room for the rest of an address. */
const MAX_ADDRESS = 2048;

/**
 * Whether a value that decides where a request goes is one its definition allows: its pattern, its list, its format. In: the
 * parameter and the text. Out: the reason why not, without the value; null where it may be used.
 */
export function addressProblem(parameter: Parameter | undefined, value: string): string | null {
  if (value.length > MAX_ADDRESS) return "is too long";
  if (!parameter) return null;
  if (parameter.fixed !== undefined && value === parameter.fixed) return null;
  if (parameter.pattern !== undefined && !wholePattern(parameter.pattern)?.test(value))
    return "isn't of the form that the connector allows";
  if (parameter.enum && !parameter.enum.includes(value)) return "isn't one of the values that the connector allows";
  if (parameter.format === "hostname" && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i.test(value)) return "isn't a host name";
  return null;
}

/** Renders an absolute URL template under the rules of its parameters. Errors name merge fields, never values. */
export function renderUrl(
  templates: Templates,
  values: TemplateValues,
  parameters: readonly Parameter[],
  onSecret?: (text: string) => void,
): Result<string> {
  let first: Result<string> | null = null;
  const list = listOf(templates);
  for (const [i, template] of list.entries()) {
    const result = renderTemplate(template, values, {
      encode: "segment",
      blankIsMissing: i < list.length - 1,
      check: (name, value) => addressProblem(parameterOf(parameters, name), value),
      isSecret: (name) => parameterOf(parameters, name)?.secret ?? false,
      ...(onSecret ? { onSecret } : {}),
    });
    if (result.ok || result.error.code !== "connector.values_missing") return result;
    first ??= result;
  }
  return first ?? fail("request.invalid", "The connector names no address");
}

/** `host` or `host:port` of a URL; with `http://` before it where it isn't encrypted. */
const entryOf = (url: URL): string => (url.protocol === "https:" ? url.host : `http://${url.host}`);

/**
 * The hosts to which secrets of this connector may go (S-41): those of every address of the definition that these values complete,
 * and the definition's own list. Unencrypted ones stand as `http://host`. A value that its definition doesn't allow adds none.
 */
export function allowedHosts(definition: ConnectorDefinition, values: TemplateValues): readonly string[] {
  const known = hostsOf.get(values);
  if (known?.definition === definition) return known.hosts;
  const hosts = new Set<string>(definition.allowedHosts ?? []);
  const { templates, parameters } = origins(definition);
  for (const template of templates) {
    const rendered = renderUrl(template, values, parameters);
    if (rendered.ok && URL.canParse(rendered.value)) hosts.add(entryOf(new URL(rendered.value)));
  }
  const found = [...hosts];
  hostsOf.set(values, { definition, hosts: found });
  return found;
}

const hostsOf = new WeakMap<TemplateValues, { readonly definition: ConnectorDefinition; readonly hosts: readonly string[] }>();

/** A template cut off after its host, so that a path that isn't complete yet doesn't hide the host. */
function originOf(template: string): string {
  const match = /^[a-z][a-z0-9+.-]*:\/\/(?:\{\{(?:[^{}]|\{\{[^{}]*\}\})*\}\}|[^/?#\\{])*/i.exec(template);
  if (match) return match[0];
  return /^\{\{(?:[^{}]|\{\{[^{}]*\}\})*\}\}/.exec(template)?.[0] ?? template;
}

/** Whether a URL's host is one of {@link allowedHosts}. `*.example.com` stands for every host below it, on the default port. */
export function hostAllowed(url: string | URL, hosts: readonly string[]): boolean {
  const parsed = typeof url === "string" ? (URL.canParse(url) ? new URL(url) : null) : url;
  if (!parsed) return false;
  if (parsed.username !== "" || parsed.password !== "") return false;
  const entry = entryOf(parsed);
  return hosts.some((host) => {
    if (!host.startsWith("*.")) return host.toLowerCase() === entry;
    return parsed.protocol === "https:" && parsed.port === "" && parsed.hostname.endsWith(host.slice(1).toLowerCase());
  });
}

/** Whether a parameter's value comes from somebody who isn't the partner: without sources, the levels decide. */
function fromOutside(parameter: Parameter | undefined, name: string, sources: ValueSources | undefined): boolean {
  const source = sources ? lookup(sources, name) : undefined;
  // What arrives with a token is nobody's choice, unless a step brought it in place of that.
  if (source === "Step") return true;
  // The API takes what a redirect or a look-up would have brought from whoever sets properties.
  if (parameter?.source === "redirect" || parameter?.source === "postConnect") return source !== "Definition";
  if (parameter?.source === "tokenResponse") return false;
  if (source) return source === "Account";
  return parameter ? parameter.fixed === undefined && parameter.source === "user" && parameter.level !== "partner" : true;
}

const ofPartner = (parameter: Parameter, sources: ValueSources | undefined): boolean => {
  const source = sources ? lookup(sources, parameter.name) : undefined;
  return source
    ? source === "Partner"
    : parameter.level !== "account" && parameter.source === "user" && parameter.fixed === undefined;
};

/** A literal ending such as `.zendesk.com` that keeps every filled host inside the provider's own domain. */
const isDomain = (suffix: string): boolean => /^\.[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?$/i.test(suffix);

const isFree = (parameter: Parameter | undefined): boolean =>
  parameter === undefined || (parameter.pattern === undefined && parameter.enum === undefined);

interface Destination {
  readonly definition: ConnectorDefinition;
  readonly authMethod: AuthMethod;
  readonly template: Templates;
  readonly url: string;
  readonly values: TemplateValues;
  readonly sources?: ValueSources | undefined;
}

/** The merge fields by which somebody who isn't the partner chose the host of an address freely. */
function freelyChosen(input: Destination, parameters: readonly Parameter[]): readonly string[] {
  const leadsThere = (template: string): boolean => {
    const rendered = renderUrl(originOf(template), input.values, parameters);
    return rendered.ok && new URL(rendered.value).host === new URL(input.url).host;
  };
  return listOf(input.template).flatMap((template) => {
    const fields = hostFields(template);
    if (!fields || isDomain(fields.suffix)) return [];
    const free = fields.names.filter((name) => {
      const parameter = parameterOf(parameters, name);
      return isFree(parameter) && fromOutside(parameter, name, input.sources);
    });
    return free.length > 0 && leadsThere(template) ? free : [];
  });
}

/**
 * The secrets that stay here (S-41): the partner's own where somebody else chose the host freely, and whatever a step didn't bring
 * where the step chose it: whoever brings the host brings what is sent there. A pattern, a list or a literal domain makes a host
 * safe. In: the address template in use, the values, where each came from. Out: their parameters, and the merge fields of the host.
 */
export function heldBack(input: Destination): { readonly secrets: readonly Parameter[]; readonly fields: readonly string[] } {
  const parameters = connectorParameters(input.definition, input.authMethod);
  const fields = freelyChosen(input, parameters);
  const sourceOf = (name: string) => (input.sources ? lookup(input.sources, name) : undefined);
  const byStep = fields.some((name) => sourceOf(name) === "Step");
  const stays = (p: Parameter) => p.secret && (ofPartner(p, input.sources) || (byStep && sourceOf(p.name) !== "Step"));
  return { secrets: fields.length === 0 ? [] : parameters.filter(stays), fields };
}

/** Out: ok, or `egress.blocked` where one of the texts that are `sent` has to stay here by {@link heldBack}. */
export function guardSecrets(input: Destination & { readonly sent: readonly string[] }): Result<null> {
  const texts = new Set(input.sent.filter((text) => text !== ""));
  const { secrets, fields } = heldBack(input);
  const leaking = secrets.find((p) => texts.has(textOf(lookup(input.values, p.name)) ?? ""));
  if (!leaking) return ok(null);
  const what = ofPartner(leaking, input.sources)
    ? "your own secret isn't sent to one that a customer chose"
    : "the connector's own credential isn't sent to one that a step chose";
  return fail("egress.blocked", `${input.definition.name} doesn't say which hosts may be used, so ${what}`, {
    details: { fields },
  });
}

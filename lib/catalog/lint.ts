import { Script } from "node:vm";
import type { AuthMethod, ConnectorDefinition, Parameter, Templates } from "@/lib/auth-methods/definition";
import { baseTemplate } from "@/lib/auth-methods/request-url";
import { connectorParameters, kindOf } from "@/lib/auth-methods/registry";
import { withSharedValues } from "@/lib/auth-methods/shared-values";
import { parseTemplate } from "@/lib/auth-methods/template-parser";
import { canonicalName, hostFields, mergeFields } from "@/lib/auth-methods/templates";
import { pagingProblems, parameterProblems } from "./lint-parameters";
import type { LintProblem, LintRule } from "./types";

/** Filled in anew for every request. */
const RUN_TIME = ["random"];
const OAUTH2_ENDPOINTS = ["authorizationEndpoint", "tokenEndpoint", "refreshEndpoint", "revocationEndpoint"] as const;
const OAUTH1_ENDPOINTS = ["requestTokenEndpoint", "authorizationEndpoint", "accessTokenEndpoint"] as const;

type Report = (path: string, rule: LintRule, message: string, severity?: LintProblem["severity"]) => void;

/** A template with the place in the definition where it stands. */
interface Placed {
  readonly path: string;
  readonly text: string;
}

const listOf = (templates: Templates | undefined): readonly string[] =>
  templates === undefined ? [] : typeof templates === "string" ? [templates] : templates;

/** Every text below a value, each with its own path. */
function placedTexts(value: unknown, path: string): Placed[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => placedTexts(entry, `${path}.${key}`));
}

const placed = (templates: Templates | undefined, path: string): Placed[] => listOf(templates).map((text) => ({ path, text }));

const named = (parameters: readonly Parameter[], name: string): Parameter | undefined =>
  parameters.find((p) => canonicalName(p.name) === canonicalName(name));

const isSame = (a: string, b: string): boolean => canonicalName(a) === canonicalName(b);

/** The place of every entry that says again what one before it said. */
function repeated(names: readonly string[]): number[] {
  return names.flatMap((name, index) => (names.indexOf(name) < index ? [index] : []));
}

/** Addresses on this very machine: a provider in development needs no TLS. */
const isLoopback = (address: string): boolean => /^http:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?(\/|$)/i.test(address);

function endpointsOf(method: AuthMethod, at: string): Placed[] {
  return [
    ...OAUTH2_ENDPOINTS.flatMap((name) => placed(method.oauth2?.[name], `${at}.oauth2.${name}`)),
    ...OAUTH1_ENDPOINTS.flatMap((name) => placed(method.oauth1?.[name], `${at}.oauth1.${name}`)),
  ];
}

function checkIds(definition: ConnectorDefinition, report: Report): void {
  for (const i of repeated(definition.authMethods.map((m) => m.id)))
    report(`authMethods.${i}.id`, "twice", `There are two authentication methods ${definition.authMethods[i]?.id}.`);
  for (const i of repeated(definition.methods.map((m) => m.id)))
    report(`methods.${i}.id`, "twice", `There are two methods ${definition.methods[i]?.id}.`);
  for (const i of repeated(definition.lookups.map((l) => l.name)))
    report(`lookups.${i}.name`, "twice", `There are two lookups ${definition.lookups[i]?.name}.`);
  const defaults = definition.authMethods.flatMap((m, i) => (m.isDefault ? [i] : []));
  for (const i of defaults.slice(1)) report(`authMethods.${i}.isDefault`, "twice", "Two authentication methods are the default.");
}

function checkReferences(definition: ConnectorDefinition, report: Report): void {
  const { testMethod, methods } = definition;
  if (testMethod !== undefined) {
    const method = methods.find((m) => m.id === testMethod);
    if (!method) report("testMethod", "reference", `There is no method ${testMethod} to test with.`);
    else if (method.parameters.some((p) => !p.optional && p.default === undefined))
      report("testMethod", "reference", `${method.name} asks for parameters, so it can't be the test method.`);
    if (definition.verification) report("testMethod", "reference", "There is a test method beside a verification request.");
  }
  for (const [i, lookup] of definition.lookups.entries()) {
    const method = methods.find((m) => m.id === lookup.method);
    if (!method) report(`lookups.${i}.method`, "lookup", `There is no method ${lookup.method}.`);
    else
      for (const key of ["identifierKey", "humanReadableKey"] as const)
        if (!method.responseFields.some((f) => f.path === lookup[key]))
          report(`lookups.${i}.${key}`, "lookup", `${method.name} has no response field ${lookup[key]}.`);
  }
  const known = new Set(definition.lookups.map((l) => l.name));
  const check = (slots: readonly { readonly lookup?: string | undefined }[], path: string): void => {
    for (const [i, slot] of slots.entries())
      if (slot.lookup !== undefined && !known.has(slot.lookup))
        report(`${path}.${i}.lookup`, "lookup", `There is no lookup ${slot.lookup}.`);
  };
  check(definition.parameters, "parameters");
  for (const [i, method] of methods.entries()) {
    check(method.parameters, `methods.${i}.parameters`);
    check(method.requestFields, `methods.${i}.requestFields`);
  }
}

/** Fields of the body of a script as it is compiled, never run. */
function checkScript(source: string | undefined, path: string, report: Report): void {
  if (!source) return;
  try {
    new Script(source, { filename: "script.js" });
  } catch (error) {
    const line = /script\.js:(\d+)/.exec((error as Error).stack ?? "")?.[1];
    report(path, "script", `${line ? `Line ${line}: ` : ""}${(error as Error).message}.`);
  }
}

function checkTemplates(texts: readonly Placed[], known: readonly string[], where: string, report: Report): void {
  for (const { path, text } of texts) {
    const parsed = parseTemplate(text);
    if (!parsed.ok) report(path, "template", parsed.error.message);
    for (const name of mergeFields(text))
      if (!known.some((k) => isSame(k, name))) report(path, "template", `Nothing fills {{${name}}}${where}.`);
  }
}

/** Merge fields, TLS and hosts of everything that one authentication method sends. */
function checkSent(definition: ConnectorDefinition, index: number, method: AuthMethod, report: Report): void {
  const at = `authMethods.${index}`;
  const parameters = connectorParameters(definition, method);
  const known = [...parameters.map((p) => p.name), ...RUN_TIME];
  const shared = ["baseUrl", "headers", "query", "verification", "postConnect"] as const;
  const { parameters: _, ...own } = method;
  checkTemplates([...shared.flatMap((key) => placedTexts(definition[key], key)), ...placedTexts(own, at)], known, "", report);

  for (const { path, text } of endpointsOf(method, at)) {
    if (text === "") report(path, "placement", "This address is missing.");
    if (text === "" || text.startsWith("https://") || isLoopback(text)) continue;
    const start = named(parameters, hostFields(text)?.names[0] ?? "");
    if (!text.startsWith("{{") || !start?.pattern?.startsWith("https://"))
      report(path, "tls", `${text} isn't bound to TLS: it has to begin with https://.`);
  }
  const addresses = [
    ...endpointsOf(method, at),
    ...placed(method.baseUrl, `${at}.baseUrl`),
    ...(method.baseUrl === undefined ? placed(definition.baseUrl, "baseUrl") : []),
    ...placed(definition.verification?.url, "verification.url"),
    ...(definition.postConnect ?? []).flatMap((p, i) => placed(p.request.url, `postConnect.${i}.request.url`)),
  ];
  for (const { path, text } of addresses) {
    if (/^http:/i.test(text) && !isLoopback(text)) report(path, "tls", `${text} isn't encrypted: it has to begin with https://.`);
    for (const name of hostFields(text)?.names ?? []) {
      const p = named(parameters, name);
      const bound =
        p &&
        (p.format === "hostname" || p.format === "uri" || p.pattern || p.enum || p.fixed !== undefined || p.source !== "user");
      if (p && !bound)
        report(path, "host", `${p.title} decides a host and may be anything: give it a format, a pattern or a list of values.`);
    }
  }
}

/** That each credential goes somewhere, and the settings its type needs. */
function checkCredential(definition: ConnectorDefinition, index: number, method: AuthMethod, report: Report): void {
  const at = `authMethods.${index}`;
  const parameters = connectorParameters(definition, method);
  if (method.type === "OAuth2" && !method.oauth2) report(`${at}.oauth2`, "placement", "OAuth 2 needs its endpoints.");
  if (method.oauth2?.grant === "AuthorisationCode" && !method.oauth2.authorizationEndpoint)
    report(`${at}.oauth2.authorizationEndpoint`, "placement", "AuthoriseUrl is missing: customers sign in there.");
  if (method.type === "OAuth1" && (method.oauth1?.tokenSource ?? "authorize") === "authorize")
    for (const name of OAUTH1_ENDPOINTS)
      if (!method.oauth1?.[name]) report(`${at}.oauth1.${name}`, "placement", "This address is missing.");
  const fields = method.authFields ?? [];
  for (const i of repeated(fields.map((f) => canonicalName(f.name))))
    report(`${at}.authFields.${i}.name`, "twice", `There are two fields ${fields[i]?.name}.`);

  const sendsItself = definition.script?.includes("method_auth_value") ?? false;
  const placements = kindOf(method).placements(method);
  if (placements.length + fields.length === 0 && method.type !== "None" && method.type !== "OAuth1" && !sendsItself)
    report(
      `${at}.${method.type === "AuthFields" ? "authFields" : "placements"}`,
      "placement",
      "Nothing says where the credential goes.",
    );
  for (const [i, placement] of method.placements.entries())
    if (placement.in !== "path" && placement.in !== "body" && !placement.name)
      report(`${at}.placements.${i}.name`, "placement", "A header, query parameter or cookie needs a name.");
  const sent = [
    placements,
    definition.headers,
    definition.query,
    method.oauth2?.tokenRequest,
    method.baseUrl ?? definition.baseUrl,
  ]
    .flatMap((value) => placedTexts(value, ""))
    .flatMap(({ text }) => mergeFields(text));
  for (const name of kindOf(method).credentialNames(method)) {
    const inToken = method.type === "OAuth2" && !isSame(name, "accessToken");
    const signed = method.type === "OAuth1" || fields.some((f) => f.name === name);
    const p = named(parameters, name);
    if (!inToken && !signed && !sendsItself && p?.fixed === undefined && !sent.some((s) => isSame(s, name)))
      report(at, "unsent", `${p?.title ?? name} is asked for and never sent.`);
  }
}

function checkMethods(definition: ConnectorDefinition, report: Report): void {
  const hasBase = definition.authMethods.every((m) => baseTemplate(definition, m) !== undefined);
  for (const [index, method] of definition.methods.entries()) {
    const at = `methods.${index}`;
    const own = method.parameters.filter((p) => p.targetType === "MergeField");
    const texts = (["endpoint", "headers", "query"] as const).flatMap((key) => placedTexts(method[key], `${at}.${key}`));
    for (const authMethod of definition.authMethods) {
      const known = connectorParameters(definition, authMethod).map((p) => p.name);
      checkTemplates(texts, [...known, ...RUN_TIME, ...own.map((p) => p.targetName)], "", report);
    }
    const used = texts.flatMap(({ text }) => mergeFields(text));
    for (const [i, p] of method.parameters.entries())
      if (p.targetType === "MergeField" && !used.includes(p.targetName))
        report(`${at}.parameters.${i}.targetName`, "unused", `The endpoint doesn't have {{${p.targetName}}}.`);
    for (const i of repeated(method.parameters.map((p) => `${p.targetType} ${p.targetName}`)))
      report(`${at}.parameters.${i}.targetName`, "twice", `There are two parameters ${method.parameters[i]?.targetName}.`);
    for (const i of repeated(method.parameters.map((p) => p.name)))
      report(`${at}.parameters.${i}.name`, "twice", `There are two parameters ${method.parameters[i]?.name}.`);
    for (const list of ["requestFields", "responseFields"] as const)
      for (const i of repeated(method[list].map((f) => f.path)))
        report(`${at}.${list}.${i}.path`, "twice", `There are two fields ${method[list][i]?.path}.`);
    if (/^http:/i.test(method.endpoint) && !isLoopback(method.endpoint))
      report(`${at}.endpoint`, "tls", `${method.endpoint} isn't encrypted: it has to begin with https://.`);
    if (!hasBase && hostFields(method.endpoint) === null)
      report("baseUrl", "reference", `${method.name} has a path and the connector no base URL.`);
    checkScript(method.script, `${at}.script`, report);
  }
}

/**
 * Everything that is wrong with how the parts of a definition fit together. In: a definition that holds to its schema. Out: each
 * problem once, with the path of the value it concerns; `advice` doesn't keep a custom connector from being published.
 */
export function lintDefinition(given: ConnectorDefinition): readonly LintProblem[] {
  const definition = withSharedValues(given);
  const found = new Map<string, LintProblem>();
  const report: Report = (path, rule, message, severity = "error") => {
    found.set(`${path} ${message}`, { path, rule, message, severity });
  };
  checkIds(definition, report);
  checkReferences(definition, report);
  parameterProblems(definition, report);
  pagingProblems(definition, report);
  for (const [index, method] of definition.authMethods.entries()) {
    checkSent(definition, index, method, report);
    checkCredential(definition, index, method, report);
  }
  checkMethods(definition, report);
  checkScript(definition.script, "script", report);
  return [...found.values()];
}

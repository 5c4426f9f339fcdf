import { guid } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { Secret } from "@/lib/kernel/secret";
import type { AuthMethod, ConnectorDefinition, Parameter, Placement, Templates } from "./definition";
import { allowedHosts, guardSecrets, hostAllowed, type ValueSources } from "./hosts";
import { signRequest, type OAuth1Signer } from "./oauth1-signature";
import { connectorParameters, isCredential, kindOf } from "./registry";
import { encodeBody, formPairs, withAuthFields, withValueAt, type BodyFormat } from "./request-body";
import { isTemplates, requestUrl, titledFailure } from "./request-url";
import {
  canonicalName,
  firstResolvable,
  lookup,
  mergeFields,
  percentEncode,
  type RenderOptions,
  type TemplateValues,
} from "./templates";

/** A call before authentication. `path` and the templates are the definition's; `headers`, `query`, `body` are values and never rendered. */
export interface ApiCall {
  readonly method: string;
  readonly path: string;
  /** Values of the method's own merge fields. */
  readonly mergeFields?: Readonly<Record<string, string>>;
  readonly headerTemplates?: Readonly<Record<string, Templates>>;
  readonly queryTemplates?: Readonly<Record<string, Templates>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
  readonly bodyFormat?: BodyFormat;
}

/** A request as it leaves. Header names are in lower case. */
export interface PreparedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Prepared {
  readonly request: PreparedRequest;
  /** Every secret text in the request, also as base64 or URL-encoded: what a log has to hide. */
  readonly secrets: readonly string[];
  /** Where it may go, also after a redirect. */
  readonly allowedHosts: readonly string[];
}

export interface ApplyAuthInput {
  readonly definition: ConnectorDefinition;
  readonly authMethod: AuthMethod;
  readonly values: TemplateValues;
  /** From `connectorValues`. Without it, the levels of the parameters decide whose a value may be. */
  readonly sources?: ValueSources;
  readonly request: ApiCall;
  /** Needed by OAuth1 only. */
  readonly oauth1Signer?: OAuth1Signer;
}

interface Draft {
  readonly input: ApplyAuthInput;
  readonly values: TemplateValues;
  readonly parameters: readonly Parameter[];
  readonly options: RenderOptions;
  readonly headers: Map<string, string>;
  /** Headers that the call itself writes. */
  readonly written: ReadonlySet<string>;
  readonly query: Map<string, readonly string[]>;
  readonly cookies: string[];
  readonly paths: string[];
  body: unknown;
}

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const HEADER_FORBIDDEN = /[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/;

/** Why a header can't be sent; null where it can. In: its name in lower case. */
export function headerProblem(key: string, value: string): ReturnType<typeof fail> | null {
  if (!HEADER_NAME.test(key)) return fail("request.invalid", "A header has a name that isn't allowed");
  return HEADER_FORBIDDEN.test(value)
    ? fail("request.invalid", `The value for the header ${key} has characters that a header can't carry`)
    : null;
}

function setHeader(draft: Draft, name: string, value: string): Result<null> {
  const key = name.toLowerCase();
  const problem = headerProblem(key, value);
  if (problem) return problem;
  draft.headers.set(key, value);
  return ok(null);
}

const secretText = (draft: Draft, templates: Templates): boolean =>
  mergeFields(templates).some((n) => draft.options.isSecret?.(n) || lookup(draft.values, n) instanceof Secret);

const parameterNamed = (draft: Draft, name: string): Parameter | undefined =>
  draft.parameters.find((p) => canonicalName(p.name) === canonicalName(name));

/** What is missing is optional and no credential: the header, parameter or field is left out. */
function canBeLeftOut(draft: Draft, missing: readonly string[]): boolean {
  return missing.every((name) => {
    const parameter = parameterNamed(draft, name);
    return (
      parameter !== undefined &&
      !isCredential(draft.input.authMethod, parameter.name) &&
      (!parameter.required || parameter.source !== "user")
    );
  });
}

/** Out: the text; null where it may be left out. */
function render(draft: Draft, templates: Templates): Result<string | null> {
  const rendered = firstResolvable(templates, draft.values, draft.options);
  if (rendered.ok) return rendered;
  const missing = Object.keys(rendered.error.fields ?? {});
  if (rendered.error.code === "connector.values_missing" && canBeLeftOut(draft, missing)) return ok(null);
  return titledFailure(rendered, draft.parameters, false);
}

function renderDeep(draft: Draft, value: unknown): Result<unknown> {
  if (typeof value === "string") return render(draft, value);
  if (Array.isArray(value)) {
    const out: unknown[] = [];
    for (const entry of value) {
      const rendered = renderDeep(draft, entry);
      if (!rendered.ok) return rendered;
      out.push(rendered.value);
    }
    return ok(out);
  }
  if (typeof value !== "object" || value === null) return ok(value);
  const out: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    const rendered = renderDeep(draft, entry);
    if (!rendered.ok) return rendered;
    if (rendered.value !== null || entry === null) out[key] = rendered.value;
  }
  return ok(out);
}

const hasBody = (method: string): boolean => !["GET", "HEAD"].includes(method.toUpperCase());

function placeBody(draft: Draft, placement: Placement): Result<null> {
  if (!hasBody(draft.input.request.method)) return ok(null);
  const rendered = renderDeep(draft, placement.value);
  if (!rendered.ok) return rendered;
  if (placement.name !== undefined) {
    if (rendered.value !== null) draft.body = withValueAt(draft.body, placement.name, rendered.value);
    return ok(null);
  }
  if (typeof rendered.value !== "object" || rendered.value === null)
    return fail("request.invalid", "A value for the body has no name");
  for (const [key, value] of Object.entries(rendered.value)) draft.body = withValueAt(draft.body, key, value);
  return ok(null);
}

function place(draft: Draft, placement: Placement): Result<null> {
  if (placement.in === "body") return placeBody(draft, placement);
  if (!isTemplates(placement.value)) return fail("request.invalid", "Only a body can hold an object");
  // An address among the placements is the base URL: `requestUrl` uses it.
  if (
    placement.in === "path" &&
    /^https?:|^\{\{/.test(typeof placement.value === "string" ? placement.value : (placement.value[0] ?? ""))
  )
    return ok(null);
  const rendered = render(draft, placement.value);
  if (!rendered.ok) return rendered;
  const text = rendered.value;
  if (text === null) return ok(null);
  const name = placement.name ?? "Authorization";
  switch (placement.in) {
    case "header":
      // A call that writes this header itself, such as a look-up with a scheme of its own, knows better.
      return draft.written.has(name.toLowerCase()) ? ok(null) : setHeader(draft, name, text);
    case "query":
      draft.query.set(name, [text]);
      return ok(null);
    case "cookie":
      if (/[;\s"\\]/.test(text))
        return fail("request.invalid", `The value for the cookie ${name} has characters that a cookie can't carry`);
      draft.cookies.push(`${name}=${text}`);
      return ok(null);
    case "path": {
      const path = text.split("/").map(percentEncode).join("/");
      if (secretText(draft, placement.value)) draft.options.onSecret?.(path);
      draft.paths.push(path);
      return ok(null);
    }
  }
}

function fill(draft: Draft): Result<null> {
  const { definition, authMethod, request } = draft.input;
  for (const [name, templates] of Object.entries({ ...definition.headers, ...request.headerTemplates })) {
    const text = render(draft, templates);
    if (!text.ok) return text;
    const set = text.value === null ? ok(null) : setHeader(draft, name, text.value);
    if (!set.ok) return set;
  }
  for (const [name, templates] of Object.entries({ ...definition.query, ...request.queryTemplates })) {
    const text = render(draft, templates);
    if (!text.ok) return text;
    if (text.value !== null) draft.query.set(name, [text.value]);
  }
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    const set = setHeader(draft, name, value);
    if (!set.ok) return set;
  }
  for (const [name, value] of Object.entries(request.query ?? {}))
    draft.query.set(name, typeof value === "string" ? [value] : value);
  for (const placement of kindOf(authMethod).placements(authMethod)) {
    const placed = place(draft, placement);
    if (!placed.ok) return placed;
  }
  return ok(null);
}

function fillAuthFields(draft: Draft, secrets: Set<string>): Result<null> {
  const { authMethod, request } = draft.input;
  if (authMethod.type !== "AuthFields" || !authMethod.authFields || request.method.toUpperCase() !== "POST") return ok(null);
  const missing = authMethod.authFields.filter((f) => {
    const value = lookup(draft.values, f.name);
    return (value === undefined || value === null) && (parameterNamed(draft, f.name)?.required ?? true);
  });
  if (missing.length > 0) {
    return fail(
      "connector.values_missing",
      `${missing.length === 1 ? "A value is" : "Values are"} missing: ${missing.map((f) => f.name).join(", ")}`,
      {
        fields: Object.fromEntries(missing.map((f) => [f.name, `${f.name} is missing`])),
        details: { missing: missing.map((f) => f.name) },
      },
    );
  }
  const filled = withAuthFields(draft.body, authMethod.authFields, draft.values);
  draft.body = filled.body;
  filled.secrets.forEach((s) => secrets.add(s));
  return ok(null);
}

function withQuery(url: string, query: ReadonlyMap<string, readonly string[]>): string {
  if (query.size === 0) return url;
  const parsed = new URL(url);
  for (const [name, values] of query) {
    parsed.searchParams.delete(name);
    values.forEach((v) => parsed.searchParams.append(name, v));
  }
  return parsed.href;
}

export const bodyOf = ({ method, bodyFormat }: ApiCall, body: unknown): ReturnType<typeof encodeBody> | null =>
  hasBody(method) && body !== undefined && body !== null ? encodeBody(body, bodyFormat ?? "json") : null;

/** A request as it was made. */
export interface Built {
  readonly prepared: Prepared;
  /** The same input makes the same again: nothing in it is drawn by lot. */
  readonly isSteady: boolean;
}

/** Makes a request from the start. In and errors: those of `applyAuth` (apply.ts). */
export function build(input: ApplyAuthInput): Result<Built> {
  const { definition, authMethod, request } = input;
  const secrets = new Set<string>();
  const onSecret = (text: string): void => void secrets.add(text);
  const parameters = connectorParameters(definition, authMethod);
  let random: string | null = null;
  const values: TemplateValues =
    lookup(input.values, "random") === undefined
      ? {
          ...input.values,
          get random() {
            return (random ??= guid());
          },
        }
      : input.values;
  const draft: Draft = {
    input,
    values,
    parameters,
    options: {
      onSecret,
      isSecret: (name) => parameters.find((p) => canonicalName(p.name) === canonicalName(name))?.secret ?? false,
    },
    headers: new Map(),
    written: new Set(Object.keys(request.headerTemplates ?? {}).map((n) => n.toLowerCase())),
    query: new Map(),
    cookies: [],
    paths: [],
    body: request.body,
  };
  const filled = fill(draft);
  if (!filled.ok) return filled;
  const fields = fillAuthFields(draft, secrets);
  if (!fields.ok) return fields;
  const path = [...draft.paths.map((p) => `/${p.replace(/^\/+|\/+$/g, "")}`), request.path].join("");
  const address = requestUrl({
    definition,
    authMethod,
    values,
    path,
    onSecret,
    ...(request.mergeFields ? { mergeFields: request.mergeFields } : {}),
  });
  if (!address.ok) return address;
  const url = withQuery(address.value.url, draft.query);
  const hosts = allowedHosts(definition, input.values);
  if (!hostAllowed(url, hosts))
    return fail("egress.blocked", `The call goes to a host that ${definition.name} doesn't name: nothing was sent`);
  if (draft.cookies.length > 0) {
    const before = draft.headers.get("cookie");
    draft.headers.set("cookie", [...(before ? [before] : []), ...draft.cookies].join("; "));
  }
  const body = bodyOf(request, draft.body);
  if (body && !draft.headers.has("content-type")) draft.headers.set("content-type", body.contentType);
  if (authMethod.type === "OAuth1") {
    const form = body && request.bodyFormat === "form" ? formPairs(draft.body) : [];
    const signed = signRequest({
      authMethod,
      values,
      method: request.method,
      url,
      form,
      onSecret,
      ...(input.oauth1Signer ? { signer: input.oauth1Signer } : {}),
    });
    if (!signed.ok) return signed;
    draft.headers.set("authorization", signed.value);
  }
  const guarded = guardSecrets({
    definition,
    authMethod,
    template: address.value.template,
    url,
    values,
    sent: [...secrets],
    sources: input.sources,
  });
  if (!guarded.ok) return guarded;
  const prepared: Prepared = {
    request: {
      method: request.method.toUpperCase(),
      url,
      headers: Object.fromEntries(draft.headers),
      ...(body ? { body: body.text } : {}),
    },
    secrets: [...secrets].filter((s) => s !== ""),
    allowedHosts: hosts,
  };
  return ok({ prepared, isSteady: random === null });
}

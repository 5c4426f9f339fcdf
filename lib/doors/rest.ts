import { createHash } from "node:crypto";
import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { giveKeyBack, keepAnswer, takeKey } from "@/lib/api-clients/mutations";
import type { Permission } from "@/lib/access/policy";
import { REQUEST_ID_HEADER } from "@/lib/access/request";
import type { AccountScope, PartnerScope } from "@/lib/access/types";
import { fail, ok, type Failure, type Result } from "@/lib/kernel/result";
import { soon, type Soon } from "@/lib/kernel/soon";
import { readJson } from "./json-body";
import { answered, errorSchema, failed, json, listed, WrittenJson, type PassedOn } from "./rest-answer";
import { keeperOf, type Keep } from "./rest-kept";
import { DEFAULT_PAGE_SIZE, foldNames, pagingShape, parseInput } from "./rest-input";
import { proveAccount, provePartner } from "./rest-token";

const MAX_BODY = 1024 * 1024;

type Shape = z.ZodRawShape;

/** What a handler is given: who asks, and what was asked, parsed. */
export interface Call<P extends Shape, Q extends Shape, B extends z.ZodType, S> {
  readonly scope: S;
  /** Whose token it is, also where `scope` is one account. */
  readonly partner: PartnerScope;
  readonly params: z.output<z.ZodObject<P>>;
  readonly query: z.output<z.ZodObject<Q>>;
  readonly body: z.output<B>;
}

interface Described {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** Below `/v1.0`, with parameters in braces. */
  readonly path: string;
  readonly permission: Permission;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** The answer depends on nothing but the request and what is stored, and says until when: it is kept until the next commit. */
  readonly kept?: boolean;
  /** Statuses besides those that every route has. */
  readonly errors?: readonly (409 | 502 | 504)[];
}

interface Spec<P extends Shape, Q extends Shape, B extends z.ZodType, R extends z.ZodType, S> extends Described {
  readonly params?: P;
  readonly query?: Q;
  /** Absent body reads as `{}` where the schema takes that. */
  readonly body?: B;
  /** The body may be written with single quotes. */
  readonly singleQuotes?: boolean;
  /** The answer, or with `list` one row of it. */
  readonly answer: R;
  readonly status?: 200 | 201;
  readonly handle: (call: Call<P, Q, B, S>) => Soon<Result<z.input<R> | WrittenJson | PassedOn>>;
}

/** Rows of one page, and how many there are in all. */
export interface Rows<T> {
  readonly rows: readonly (T | WrittenJson)[];
  readonly total: number;
  /** Until when they stay true as long as nothing is committed (ms), where that is known. */
  readonly until?: number;
}

/** What a list is asked for. */
export interface Paging {
  readonly offset: number;
  readonly limit: number;
  readonly orderBy: string;
  readonly ascending: boolean;
}

type ListSpec<P extends Shape, Q extends Shape, R extends z.ZodType, S> = Omit<
  Spec<P, Q, z.ZodNever, R, S>,
  "handle" | "body" | "status" | "method"
> & { readonly handle: (call: Call<P, Q, z.ZodNever, S> & { paging: Paging }) => Soon<Result<Rows<z.input<R>>>> };

/** Whose a route is: the partner's, or one account's, which the header X-Cyclr-Account names. */
type Level = "partner" | "account";

/** One route of the API, described and able to answer. */
export interface Endpoint {
  readonly described: Described & { readonly level: Level };
  readonly route: ReturnType<typeof createRoute>;
  readonly answer: (c: Context) => Soon<Response>;
}

const EMPTY = z.strictObject({});

const headerParameter = z.object({
  "X-Cyclr-Account": z.string().openapi({ description: "Id of the account.", example: "acme" }),
});
const idempotencyHeader = z.object({
  "Idempotency-Key": z
    .string()
    .optional()
    .openapi({ description: "A repeat within 24 hours with the same key and content gets the first answer." }),
});

const ERROR_WORDS: Record<number, string> = {
  400: "Malformed, or not possible as asked",
  401: "No token, a bad one, or no account header",
  403: "Not allowed",
  404: "Unknown, or somebody else's",
  409: "Running or in use",
  413: "Larger than 1 MB",
  429: "Too many requests; Retry-After says when to come back",
  502: "The provider refused or failed",
  504: "The provider took too long",
};

const errorAnswers = (statuses: readonly number[]) =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: ERROR_WORDS[status] ?? "", content: { "application/json": { schema: errorSchema } } },
    ]),
  );

/** The body's text; null where it is larger than a megabyte. Throws where it isn't UTF-8. */
async function bodyText(c: Context): Promise<string | null> {
  const declared = c.req.header("content-length");
  if (declared !== undefined && Number(declared) > MAX_BODY) return null;
  if (!c.req.raw.body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_BODY) return null;
    chunks.push(chunk);
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
}

async function readBody(c: Context): Promise<Result<string>> {
  try {
    const text = await bodyText(c);
    return text === null ? fail("request.too_large", "The body is larger than 1 MB.") : ok(text);
  } catch {
    return fail("request.invalid", "The body isn't valid UTF-8.");
  }
}

const hashOf = (c: Context, text: string): string =>
  createHash("sha256")
    .update([c.req.method, c.req.path, new URL(c.req.url).search, c.req.header("x-cyclr-account") ?? "", text].join("\n"))
    .digest("hex");

const KEY_PROBLEMS: Record<"busy" | "lost" | "other", Failure> = {
  busy: fail("object.conflict", "The first request with this Idempotency-Key is still under way.").error,
  lost: fail(
    "object.conflict",
    "The answer to the first request with this Idempotency-Key was lost. Read what is there, then use a new key.",
  ).error,
  other: fail("request.invalid", "This Idempotency-Key was used for another request.").error,
};

/** Runs a POST once per key and hands out the first answer again. */
async function once(c: Context, scope: PartnerScope | AccountScope, text: string, run: () => Soon<Response>): Promise<Response> {
  const key = c.req.header("idempotency-key");
  const requestId = c.req.header(REQUEST_ID_HEADER);
  if (key === undefined || c.req.method !== "POST") return run();
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    return failed(fail("request.invalid", "Idempotency-Key has to be 1 to 255 visible ASCII characters.").error, requestId);
  const taken = await takeKey(scope.actor.id, key, hashOf(c, text));
  if (taken.state === "answered") {
    const first = JSON.parse(taken.answer) as { status: number; headers: Record<string, string>; body: string };
    return json(first.status, first.body, { ...first.headers, "idempotent-replayed": "true" });
  }
  if (taken.state !== "fresh") return failed(KEY_PROBLEMS[taken.state], requestId);
  let kept = false;
  try {
    const response = await run();
    const body = await response.text();
    const headers = Object.fromEntries(response.headers);
    await keepAnswer(taken.id, JSON.stringify({ status: response.status, headers, body }));
    kept = true;
    return json(response.status, body, headers);
  } finally {
    if (!kept) await giveKeyBack(taken.id);
  }
}

type Handled = (call: Call<Shape, Shape, z.ZodType, never>) => Soon<Response>;

interface Parts {
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType | null;
  readonly singleQuotes: boolean;
  readonly kept: boolean;
  readonly handled: (requestId: string | undefined, keep: Keep | null) => Handled;
}

function answerer(level: Level, permission: Permission, parts: Parts): (c: Context) => Soon<Response> {
  const folds = { params: foldNames(parts.params), query: foldNames(parts.query), body: parts.body && foldNames(parts.body) };
  const hasParams = Object.keys(parts.params.shape).length > 0;
  const unasked = parseInput(parts.query, folds.query, {});
  const answerTo = (c: Context, partner: PartnerScope, scope: PartnerScope | AccountScope, keep: Keep | null): Soon<Response> => {
    const requestId = c.req.header(REQUEST_ID_HEADER);
    const params = hasParams ? parseInput(parts.params, folds.params, c.req.param()) : ok({});
    if (!params.ok) return failed(params.error, requestId);
    const query = c.req.url.includes("?") ? parseInput(parts.query, folds.query, c.req.query()) : unasked;
    if (!query.ok) return failed(query.error, requestId);
    const handle = parts.handled(requestId, keep);
    const call = { scope: scope as never, partner, params: params.value, query: query.value };
    const { body: schema } = parts;
    if (!schema || !folds.body) return handle({ ...call, body: undefined });
    return answerWithBody(c, scope, { schema, fold: folds.body, singleQuotes: parts.singleQuotes }, (body) =>
      handle({ ...call, body }),
    );
  };
  return (c) => {
    const keep = parts.kept ? keeperOf(c) : null;
    const refused = (failure: Failure) => failed(failure, c.req.header(REQUEST_ID_HEADER));
    return soon(provePartner(c, permission), (partner) => {
      if (!partner.ok) return refused(partner.error);
      if (level === "partner") return answerTo(c, partner.value, partner.value, keep);
      return soon(proveAccount(c, partner.value), (scope) =>
        scope.ok ? answerTo(c, partner.value, scope.value, keep) : refused(scope.error),
      );
    });
  };
}

interface BodyRule {
  readonly schema: z.ZodType;
  readonly fold: ReturnType<typeof foldNames>;
  readonly singleQuotes: boolean;
}

async function answerWithBody(
  c: Context,
  scope: PartnerScope | AccountScope,
  { schema, fold, singleQuotes }: BodyRule,
  handle: (body: unknown) => Soon<Response>,
): Promise<Response> {
  const requestId = c.req.header(REQUEST_ID_HEADER);
  const text = await readBody(c);
  if (!text.ok) return failed(text.error, requestId);
  const read = readJson(text.value, singleQuotes);
  if (!read.ok) return failed(read.error, requestId);
  const body = parseInput(schema, fold, read.value ?? {});
  if (!body.ok) return failed(body.error, requestId);
  return once(c, scope, text.value, () => handle(body.value));
}

function describe(level: Level, spec: Described, parts: Parts, status: number, answer: z.ZodType, headers?: object) {
  const hasBody = parts.body !== null;
  const headerObjects = [
    ...(level === "account" ? [headerParameter] : []),
    ...(spec.method === "post" ? [idempotencyHeader] : []),
  ];
  return createRoute({
    method: spec.method,
    path: `/v1.0${spec.path}`,
    tags: [spec.tag],
    summary: spec.summary,
    ...(spec.description ? { description: spec.description } : {}),
    security: [{ OAuth2: [] }],
    request: {
      ...(Object.keys(parts.params.shape).length > 0 ? { params: parts.params } : {}),
      ...(Object.keys(parts.query.shape).length > 0 ? { query: parts.query } : {}),
      ...(headerObjects.length > 0 ? { headers: headerObjects } : {}),
      ...(parts.body ? { body: { content: { "application/json": { schema: parts.body } } } } : {}),
    },
    responses: {
      [status]: { description: "Done", content: { "application/json": { schema: answer } }, ...(headers ? { headers } : {}) },
      ...errorAnswers(
        [
          400,
          401,
          403,
          404,
          ...(hasBody ? [413] : []),
          429,
          ...(spec.errors ?? []),
          ...(spec.method === "post" ? [409] : []),
        ].sort((a, b) => a - b),
      ),
    },
  } as Parameters<typeof createRoute>[0]);
}

function endpoint<P extends Shape, Q extends Shape, B extends z.ZodType, R extends z.ZodType, S>(
  level: Level,
  spec: Spec<P, Q, B, R, S>,
): Endpoint {
  const status = spec.status ?? 200;
  const parts: Parts = {
    params: z.object(spec.params ?? {}),
    query: z.strictObject(spec.query ?? {}),
    // A DELETE or PUT without content may still bring an empty object.
    body: spec.body ?? (spec.method === "get" ? null : EMPTY),
    singleQuotes: spec.singleQuotes ?? false,
    kept: spec.kept === true && spec.method === "get",
    handled: (requestId, keep) => (call) =>
      soon(spec.handle(call as unknown as Call<P, Q, B, S>), (result) => {
        if (!result.ok) return failed(result.error, requestId);
        const { value } = result;
        const isKept = keep && value instanceof WrittenJson && value.until !== undefined;
        return soon(isKept ? keep(value.text, {}, value.until) : undefined, () => answered(value, status));
      }),
  };
  return {
    described: { ...spec, level },
    route: describe(level, spec, parts, status, spec.answer),
    answer: answerer(level, spec.permission, parts),
  };
}

const LIST_HEADERS = {
  "Total-Pages": { description: "How many pages there are", schema: { type: "integer" } },
  "Total-Records": { description: "How many rows there are", schema: { type: "integer" } },
};

function listEndpoint<P extends Shape, Q extends Shape, R extends z.ZodType, S>(
  level: Level,
  spec: ListSpec<P, Q, R, S>,
): Endpoint {
  const described: Described = { ...spec, method: "get" };
  const parts: Parts = {
    params: z.object(spec.params ?? {}),
    query: z.strictObject({ ...spec.query, ...pagingShape }),
    body: null,
    singleQuotes: false,
    kept: spec.kept === true,
    handled: (requestId, keep) => (call) => {
      const { page = 1, pageSize = DEFAULT_PAGE_SIZE, orderBy = "", sortOrderAsc = true } = call.query as Record<string, never>;
      const paging = {
        offset: (page - 1) * pageSize,
        limit: pageSize,
        orderBy: String(orderBy).toLowerCase(),
        ascending: sortOrderAsc,
      };
      return soon(spec.handle({ ...(call as unknown as Call<P, Q, z.ZodNever, S>), paging }), (result) => {
        if (!result.ok) return failed(result.error, requestId);
        const { rows, total, until } = result.value;
        const { text, headers } = listed(rows, total, pageSize);
        return soon(keep && until !== undefined ? keep(text, headers, until) : undefined, () => json(200, text, headers));
      });
    },
  };
  return {
    described: { ...described, level },
    route: describe(level, described, parts, 200, z.array(spec.answer), LIST_HEADERS),
    answer: answerer(level, spec.permission, parts),
  };
}

/** A route of the partner. It can't be declared without the permission that it asks for. */
export const partnerEndpoint = <P extends Shape, Q extends Shape, B extends z.ZodType, R extends z.ZodType>(
  spec: Spec<P, Q, B, R, PartnerScope>,
) => endpoint("partner", spec);

/** A route of the account that the header X-Cyclr-Account names. */
export const accountEndpoint = <P extends Shape, Q extends Shape, B extends z.ZodType, R extends z.ZodType>(
  spec: Spec<P, Q, B, R, AccountScope>,
) => endpoint("account", spec);

/** A list of the partner, in pages. */
export const partnerList = <P extends Shape, Q extends Shape, R extends z.ZodType>(spec: ListSpec<P, Q, R, PartnerScope>) =>
  listEndpoint("partner", spec);

/** A list of the account, in pages. */
export const accountList = <P extends Shape, Q extends Shape, R extends z.ZodType>(spec: ListSpec<P, Q, R, AccountScope>) =>
  listEndpoint("account", spec);

/** One page of rows that are in memory already. */
export const pageOf = <T>(rows: readonly T[], { offset, limit }: Paging): Rows<T> => ({
  rows: rows.slice(offset, offset + limit),
  total: rows.length,
});

/** What takes a request at an address: one segment of it, or any where it is a parameter. */
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "[^/]+")}$`);

/**
 * Puts routes into the app and its document. Out: the answer to a method that a known address doesn't take, 405 with those it takes, and
 * null for an unknown address. It stands apart from the routes: a second handler for an address would cost every request of it.
 */
export function mount(app: OpenAPIHono, endpoints: readonly Endpoint[]): (c: Context) => Response | null {
  const methods = new Map<string, string[]>();
  for (const { described, route, answer } of endpoints) {
    const path = `/v1.0${described.path}`;
    app.openAPIRegistry.registerPath(route);
    app.on(described.method.toUpperCase(), path.replace(/\{(\w+)\}/g, ":$1"), answer);
    methods.set(path, [...(methods.get(path) ?? []), described.method.toUpperCase()]);
  }
  const known = [...methods].map(([path, allowed]) => ({ pattern: patternOf(path), allow: allowed.join(", ") }));
  return (c) => {
    const found = known.find(({ pattern }) => pattern.test(c.req.path));
    if (!found) return null;
    const failure = fail("request.method", `This address takes ${found.allow}.`);
    return failed(failure.error, c.req.header(REQUEST_ID_HEADER), { allow: found.allow });
  };
}

import { ok, type Result } from "@/lib/kernel/result";
import { bodyOf, build, headerProblem, type ApiCall, type ApplyAuthInput, type Prepared } from "./build-request";
import type { AuthMethod } from "./definition";
import { kindOf } from "./registry";
import type { TemplateValues } from "./templates";

export type { ApiCall, ApplyAuthInput, Prepared, PreparedRequest } from "./build-request";

/** A request without headers, query and body of its own: the same for every call of a method, as long as nothing it is made of changes. */
interface Frame {
  readonly made: ApplyAuthInput;
  readonly prepared: Prepared;
}

/** By the values of a connection, then by the path. */
const frames = new WeakMap<TemplateValues, Map<string, Frame>>();
const MOST_FRAMES = 200;

const isEmpty = (record: object | undefined): boolean => {
  for (const _ in record) return false;
  return true;
};

/** What goes into the body, or is signed with it, is another with every call. */
const isBodyless = (method: AuthMethod): boolean =>
  method.type !== "OAuth1" &&
  method.type !== "AuthFields" &&
  !kindOf(method)
    .placements(method)
    .some((p) => p.in === "body");

const isOf = (frame: Frame, { definition, authMethod, sources, request }: ApplyAuthInput): boolean =>
  frame.made.definition === definition &&
  frame.made.authMethod === authMethod &&
  frame.made.sources === sources &&
  frame.made.request.headerTemplates === request.headerTemplates &&
  frame.made.request.queryTemplates === request.queryTemplates;

/** The frame of a call; null where there is none: it fails, the call decides its address itself, or each call has a value of its own. */
function frameOf(input: ApplyAuthInput): Frame | null {
  const { request, values } = input;
  if (!isEmpty(request.query) || !isEmpty(request.mergeFields)) return null;
  let known = frames.get(values);
  const held = known?.get(request.path);
  if (held && isOf(held, input)) return held;
  if (!isBodyless(input.authMethod)) return null;
  const { method, path, headerTemplates, queryTemplates } = request;
  const made = { ...input, request: { method, path, headerTemplates, queryTemplates } };
  const built = build(made);
  if (!built.ok || !built.value.isSteady) return null;
  const frame = { made, prepared: built.value.prepared };
  if (!known) frames.set(values, (known = new Map()));
  if (known.size >= MOST_FRAMES) known.clear();
  known.set(path, frame);
  return frame;
}

/** A frame with what its call brings; null where a header of the call can't be sent, or is there already: {@link build} knows which stands. */
function filledIn({ prepared }: Frame, request: ApiCall): Prepared | null {
  const headers: Record<string, string> = { ...prepared.request.headers };
  for (const name of Object.keys(request.headers ?? {})) {
    const key = name.toLowerCase();
    const value = request.headers?.[name] ?? "";
    if (Object.hasOwn(headers, key) || headerProblem(key, value)) return null;
    headers[key] = value;
  }
  const body = bodyOf(request, request.body);
  if (body && !Object.hasOwn(headers, "content-type")) headers["content-type"] = body.contentType;
  const { url } = prepared.request;
  const method = request.method.toUpperCase();
  const { secrets, allowedHosts } = prepared;
  return { request: body ? { method, url, headers, body: body.text } : { method, url, headers }, secrets, allowedHosts };
}

/**
 * What a request looks like with its credential: base URL, headers, query and the method's placements, for every type. In: the
 * definition, the chosen method, the values (see `connectorValues`) and the call. Out: the request as it leaves, the secrets in it and
 * the hosts it may go to. Errors: `connector.values_missing`, `request.invalid`, `egress.blocked` (S-41); none holds a value.
 */
export function applyAuth(input: ApplyAuthInput): Result<Prepared> {
  const frame = frameOf(input);
  const filled = frame && filledIn(frame, input.request);
  if (filled) return ok(filled);
  const built = build(input);
  return built.ok ? ok(built.value.prepared) : built;
}

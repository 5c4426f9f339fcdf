/** One step of a path: a member by name, or an entry of a list. `isList` marks one that stands for a list, as in `[data].id`. */
interface Segment {
  readonly name: string;
  readonly isList: boolean;
}

const parsed = new Map<string, readonly Segment[]>();
const MOST = 5000;

/** `contact.email`, `items[0].x`, `[data].id`; `[]` is the list that an output itself is. */
function segmentsOf(path: string): readonly Segment[] {
  const known = parsed.get(path);
  if (known) return known;
  const segments: Segment[] = [];
  for (const part of path.split(".")) {
    const match = /^([^[\]]*)((?:\[[^[\]]*\])*)$/.exec(part);
    const [name, rest] = [match?.[1] ?? part, match?.[2] ?? ""];
    if (name !== "") segments.push({ name, isList: false });
    for (const [, inner = ""] of rest.matchAll(/\[([^[\]]*)\]/g)) segments.push({ name: inner, isList: !/^\d+$/.test(inner) });
  }
  if (parsed.size > MOST) parsed.clear();
  parsed.set(path, segments);
  return segments;
}

type Container = Record<string, unknown>;
const isContainer = (value: unknown): value is Container => typeof value === "object" && value !== null && !Array.isArray(value);

const memberOf = (value: unknown, name: string): unknown => {
  if (name === "") return value;
  if (Array.isArray(value)) return /^\d+$/.test(name) ? (value[Number(name)] as unknown) : undefined;
  return isContainer(value) && Object.hasOwn(value, name) ? value[name] : undefined;
};

function read(value: unknown, segments: readonly Segment[], at: number): unknown {
  const segment = segments[at];
  if (segment === undefined) return value;
  // Further along in a list that wasn't split, a path means that member of every item.
  if (Array.isArray(value) && !/^\d+$/.test(segment.name) && segment.name !== "") {
    return value.map((item) => read(item, segments, at)).filter((item) => item !== undefined);
  }
  return read(memberOf(value, segment.name), segments, at + 1);
}

/** The value at a path of an output; undefined where there is none. A member whose name is the whole path comes first. */
export function valueAt(output: unknown, path: string): unknown {
  if (path === "") return output;
  if (isContainer(output) && Object.hasOwn(output, path)) return output[path];
  return read(output, segmentsOf(path), 0);
}

/** The list that a path goes through: the path to it, or null where it names none. */
export function listIn(path: string): string | null {
  const at = path.indexOf("[");
  if (at === -1) return null;
  const end = path.indexOf("]", at);
  const inner = path.slice(at + 1, end);
  if (end === -1 || /^\d+$/.test(inner)) return null;
  return path.slice(0, end + 1);
}

function replaceAt(value: unknown, segments: readonly Segment[], at: number, replace: (leaf: unknown) => unknown): unknown {
  const segment = segments[at];
  if (segment === undefined) return replace(value);
  if (Array.isArray(value)) {
    if (segment.name === "") return replaceAt(value, segments, at + 1, replace);
    if (!/^\d+$/.test(segment.name)) return value.map((item) => replaceAt(item, segments, at, replace));
    const place = Number(segment.name);
    return value.map((item, i) => (i === place ? replaceAt(item, segments, at + 1, replace) : (item as unknown)));
  }
  if (segment.name === "") return replaceAt(value, segments, at + 1, replace);
  if (!isContainer(value) || !Object.hasOwn(value, segment.name)) return value;
  return { ...value, [segment.name]: replaceAt(value[segment.name], segments, at + 1, replace) };
}

/** A copy of an output in which the value at a path is another. Where there is nothing at the path, the output as it is. */
export function withReplaced(output: unknown, path: string, replace: (value: unknown) => unknown): unknown {
  if (path === "") return replace(output);
  if (isContainer(output) && Object.hasOwn(output, path)) return { ...output, [path]: replace(output[path]) };
  return replaceAt(output, segmentsOf(path), 0, replace);
}

/** A copy in which every text, number and truth value is replaced; null and empty containers stay. */
export function withLeaves(value: unknown, replace: (leaf: string | number | boolean) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withLeaves(item, replace));
  if (isContainer(value))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withLeaves(item, replace)]));
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? replace(value) : value;
}

/** A value as text goes into a header, a query or a sentence; null where there is none. */
export function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value as number | boolean);
}

/** As deep as arrays and objects may stand in each other in what is taken in: every walk of it is a recursion. */
const MAX_DEPTH = 200;

/** Whether JSON text nests deeper than what comes of it could be walked. */
export function isTooDeep(text: string): boolean {
  if (text.length <= MAX_DEPTH) return false;
  let [depth, inText] = [0, false];
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 0x22) inText = !inText;
    else if (inText) i += c === 0x5c ? 1 : 0;
    else if (c === 0x5b || c === 0x7b) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (c === 0x5d || c === 0x7d) depth -= 1;
  }
  return false;
}

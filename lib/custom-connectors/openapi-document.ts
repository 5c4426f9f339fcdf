/** A value of a document with the file in which it stands: a `$ref` in it is relative to that file. */
export interface Node {
  readonly value: unknown;
  readonly file: string;
}

export type Json = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;

const MAX_HOPS = 30;

function pointed(root: unknown, pointer: string): unknown {
  let at = root;
  for (const part of pointer.split("/").slice(1)) {
    const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

/** The files of a description, and how one finds its way in them (RFC 6901, OpenAPI 3.1 section 4.6). */
export class OpenApiDocument {
  /** References that lead nowhere, as they stand in the document. */
  readonly broken = new Set<string>();

  constructor(
    readonly root: string,
    private readonly files: ReadonlyMap<string, unknown>,
  ) {}

  get start(): Node {
    return { value: this.files.get(this.root), file: this.root };
  }

  /** The value that references lead to, and the last of them; null where one leads nowhere. */
  follow(node: Node): (Node & { readonly ref: string | null }) | null {
    let { value, file } = node;
    let ref: string | null = null;
    for (let hop = 0; hop < MAX_HOPS; hop += 1) {
      if (!isRecord(value) || typeof value.$ref !== "string") return { value, file, ref };
      const stands = value.$ref;
      if (!URL.canParse(stands, file)) {
        this.broken.add(stands);
        return null;
      }
      const target = new URL(stands, file);
      const pointer = target.hash.slice(1);
      target.hash = "";
      file = target.href;
      ref = `${file}#${pointer}`;
      value = pointed(this.files.get(file), pointer);
      if (value === undefined) {
        this.broken.add(stands);
        return null;
      }
    }
    return null;
  }

  /** A member, with its references followed. */
  member(node: Node, key: string): (Node & { readonly ref: string | null }) | null {
    if (!isRecord(node.value) || node.value[key] === undefined) return null;
    return this.follow({ value: node.value[key], file: node.file });
  }

  /** The members of an object or list, each followed; what leads nowhere is left out. */
  members(node: Node | null): (Node & { readonly key: string; readonly ref: string | null })[] {
    if (!node || typeof node.value !== "object" || node.value === null) return [];
    return Object.entries(node.value).flatMap(([key, value]) => {
      const found = this.follow({ value, file: node.file });
      return found ? [{ ...found, key }] : [];
    });
  }
}

/** What couldn't be carried over: each thing once, in the order found. */
export class Leftovers {
  readonly #found = new Map<string, number>();

  add(what: string): void {
    this.#found.set(what, (this.#found.get(what) ?? 0) + 1);
  }

  get list(): string[] {
    return [...this.#found].map(([what, times]) => (times > 1 ? `${what} (${times} times)` : what));
  }
}

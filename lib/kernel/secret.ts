/**
 * A value that must not be seen. It has no useful string, JSON or inspect form; only the rooms that
 * may import `kernel/expose` can read it.
 */
const REDACTED = "••••";

/** The pages' bundle and the server's have a copy of this file each: what one of them wraps the other has to be able to open. */
const KEY = Symbol.for("keyway.secrets");
type Holder = { [KEY]?: WeakMap<object, string> };
const store = ((globalThis as Holder)[KEY] ??= new WeakMap<object, string>());

export class Secret {
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && store.has(value);
  }

  declare private readonly brand: "Secret";

  constructor(value: string) {
    store.set(this, value);
    Object.freeze(this);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Secret(${REDACTED})`;
  }
}

/** Wraps a plain value. In: text. Out: an opaque {@link Secret}. */
export const secret = (value: string): Secret => new Secret(value);

/** Reads a secret. Import it through `kernel/expose` only: the import boundaries watch that path. */
export function readSecret(value: Secret): string {
  const plain = store.get(value);
  if (plain === undefined) throw new TypeError("not a Secret of this process");
  return plain;
}

/** The last four characters where the value has twelve or more, else nothing (S-13). */
export const lastFour = (value: string): string | null => (value.length >= 12 ? value.slice(-4) : null);

/** What a page may know of a stored secret. Times are milliseconds since the epoch. */
export interface SecretState {
  readonly isSet: boolean;
  readonly last4: string | null;
  readonly setAt: number | null;
  readonly setBy: string | null;
}

/** A ciphertext as the database keeps it. */
export type SealedText = string;

/** A value that is there already, or a promise for it: what is remembered costs no turn of its own. */
export type Soon<T> = T | Promise<T>;

/** Whether the value has to be waited for; a query that wasn't sent yet has, too. */
export const isLater = <T>(value: Soon<T>): value is Promise<T> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === "function";

/** Goes on with a value: at once where it is there. Throws, or rejects, with what `next` throws. */
export const soon = <T, U>(value: Soon<T>, next: (value: T) => Soon<U>): Soon<U> =>
  isLater(value) ? value.then(next) : next(value);

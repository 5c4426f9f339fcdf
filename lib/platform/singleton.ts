const STORE = Symbol.for("keyway.singletons");

/** Next bundles its own copy of `lib/`, so a module-level variable would exist twice: all copies find the same map on `globalThis`. */
const store = ((globalThis as Record<symbol, unknown>)[STORE] ??= new Map()) as Map<string, { readonly value: unknown }>;

/** One value per process. In: a name unique in the process, and how to make the value the first time. Out: the value. */
export function singleton<T>(name: string, make: () => T): T {
  let held = store.get(name);
  if (!held) store.set(name, (held = { value: make() }));
  return held.value as T;
}

/** Forgets a value, so that the next {@link singleton} call makes it again. For tests and for settings that are re-read. */
export function dropSingleton(name: string): void {
  store.delete(name);
}

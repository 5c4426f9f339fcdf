/**
 * One value per process, kept on `globalThis` under `Symbol.for("keyway." + name)`: Next bundles its own copy of
 * `lib/`, so a module-level variable would exist twice.
 * In: a name unique in the process, and how to make the value the first time. Out: the value.
 */
export function singleton<T>(name: string, make: () => T): T {
  const store = globalThis as unknown as Record<symbol, { readonly value: T } | undefined>;
  const key = Symbol.for(`keyway.${name}`);
  let held = store[key];
  if (!held) {
    held = { value: make() };
    store[key] = held;
  }
  return held.value;
}

/** Forgets a value, so that the next {@link singleton} call makes it again. For tests and for settings that are re-read. */
export function dropSingleton(name: string): void {
  delete (globalThis as unknown as Record<symbol, unknown>)[Symbol.for(`keyway.${name}`)];
}

/**
 * Tells work that nobody wants it any more. An AbortController says the same by an event, and making one with a listener costs a call
 * as much as a statement of the database does.
 */
export class Stop {
  #isAsked = false;
  readonly #listeners = new Set<() => void>();

  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** Asks once; whoever listens is told at once. */
  ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    for (const listener of [...this.#listeners]) listener();
  }

  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }

  forget(listener: () => void): void {
    this.#listeners.delete(listener);
  }
}

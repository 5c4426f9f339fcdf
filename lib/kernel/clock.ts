/** Milliseconds since the epoch. One place, so that a test can move it. */
let offset = 0;

export const now = (): number => Date.now() + offset;

/** Moves the clock of this process, for tests. In: milliseconds to add. */
export const shiftClock = (milliseconds: number): void => {
  offset += milliseconds;
};

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

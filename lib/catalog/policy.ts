const majorOf = (number: string): number => Number(number.split(".")[0]);

/** Whether an installation shows "update available": there is a later major release than its own. */
export const hasUpdate = (installed: string, live: string): boolean => majorOf(live) > majorOf(installed);

/** The person's choice; `system` follows the machine. */
export type Theme = "system" | "light" | "dark";

/** Cookie of the choice: the server renders it, so that no other theme is ever seen. */
export const THEME_KEY = "keyway-theme";

/** Reads a stored choice; anything unknown is `system`. */
export const parseTheme = (stored: string | null | undefined): Theme =>
  stored === "light" || stored === "dark" ? stored : "system";

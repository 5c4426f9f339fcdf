/** The person's choice; `system` follows the machine. */
export type Theme = "system" | "light" | "dark";

/** Cookie and localStorage key of the choice. */
export const THEME_KEY = "keyway-theme";

/** Reads a stored choice; anything unknown is `system`. */
export const parseTheme = (stored: string | null | undefined): Theme =>
  stored === "light" || stored === "dark" ? stored : "system";

/**
 * Runs before the first paint. The server already rendered the cookie's choice; this covers a cookie that is gone
 * while localStorage still knows.
 */
export const THEME_SCRIPT = `try{var t=localStorage.getItem("${THEME_KEY}");if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch(e){}`;

/** How the library is drawn; remembered in a cookie, so that the server draws it at once. */
export type LibraryView = "grid" | "table";

export const LIBRARY_VIEW_COOKIE = "keyway-library-view";

export const parseLibraryView = (stored: string | undefined): LibraryView => (stored === "table" ? "table" : "grid");

/** Cache key of every page of the library, for those who change what it shows. */
export const LIBRARY_KEY = "library";

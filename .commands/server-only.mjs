/** Stands in for the package `server-only` where Next's bundler isn't there to resolve it: nothing to do. */
export {};

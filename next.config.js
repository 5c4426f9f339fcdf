import path from "node:path";

/** @type {import('next').NextConfig} */
const config = {
  distDir: process.env.KEYWAY_DIST_DIR ?? ".next",
  poweredByHeader: false,
  reactStrictMode: true,
  // Done for every answer in server.ts.
  compress: false,
  outputFileTracingRoot: path.resolve("."),
  turbopack: { root: path.resolve(".") },
  serverExternalPackages: ["better-sqlite3", "@node-rs/argon2", "pino", "undici", "quickjs-emscripten"],
  // A page is loaded when it is first asked for: all of them at the start would be 60 MB and a second for nobody.
  experimental: { preloadEntriesOnStart: false, serverActions: { bodySizeLimit: "11mb" }, authInterrupts: true },
  typescript: { ignoreBuildErrors: true },
  // A section's own address leads to the first of its pages.
  redirects: async () => [
    { source: "/settings", destination: "/settings/people", permanent: false },
    { source: "/admin", destination: "/admin/partners", permanent: false },
  ],
};

export default config;

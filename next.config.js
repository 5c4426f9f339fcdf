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
};

export default config;

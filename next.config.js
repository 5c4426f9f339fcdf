import path from "node:path";

/** @type {import('next').NextConfig} */
const config = {
  distDir: process.env.KEYWAY_DIST_DIR ?? ".next",
  poweredByHeader: false,
  reactStrictMode: true,
  compress: true,
  outputFileTracingRoot: path.resolve("."),
  turbopack: { root: path.resolve(".") },
  serverExternalPackages: ["better-sqlite3", "@node-rs/argon2", "pino", "undici", "quickjs-emscripten"],
  experimental: { serverActions: { bodySizeLimit: "11mb" }, authInterrupts: true },
  typescript: { ignoreBuildErrors: true },
};

export default config;

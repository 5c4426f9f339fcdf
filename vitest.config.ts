import path from "node:path";
import { defineConfig } from "vitest/config";

const root = import.meta.dirname;

export default defineConfig({
  resolve: {
    alias: {
      "@": root,
      // It throws outside Next's bundler; what it guards is checked by the import boundaries.
      "server-only": path.join(root, ".commands/server-only.mjs"),
    },
  },
  test: {
    environment: "node",
    include: ["{lib,db,components,bench}/**/*.test.{ts,tsx}", "e2e/providers/**/*.test.ts", "*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 30_000,
    allowOnly: false,
    restoreMocks: true,
    unstubEnvs: true,
  },
});

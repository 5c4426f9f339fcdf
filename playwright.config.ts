import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { defineConfig, devices } from "@playwright/test";

const port = Number(process.env.E2E_PORT ?? 3200);
const sandboxPort = Number(process.env.E2E_SANDBOX_PORT ?? 3201);
/** Each worker has a server, a data folder and a provider of its own: providers are told to misbehave, and data is counted. */
const serverOf = (worker: number) => ({
  port: port + 2 * worker,
  sandboxPort: sandboxPort + 2 * worker,
  folder: path.join(import.meta.dirname, `.cache/e2e/data-${worker}`),
});
const workers = Math.min(2, availableParallelism());
/** Playwright reads this file in each worker again, where the index is set. */
const own = serverOf(Number(process.env.TEST_PARALLEL_INDEX ?? 0));
/** Where the tests find demo.json of the server they run against. */
process.env.E2E_DATA_DIR = own.folder;

/** The system's Chromium; without one, Playwright's own. */
const folders = (process.env.PATH ?? "").split(path.delimiter);
const installed = ["chromium", "chromium-browser", "google-chrome"].flatMap((name) =>
  folders.map((folder) => path.join(folder, name)),
);
const executablePath = process.env.CHROMIUM_PATH ?? installed.find((file) => existsSync(file));

export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  outputDir: "test-results",
  forbidOnly: true,
  fullyParallel: false,
  workers,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: ".cache/test/e2e.json" }]],
  use: {
    ...devices["Desktop Chrome"],
    baseURL: `http://127.0.0.1:${own.port}`,
    locale: "en-GB",
    timezoneId: "UTC",
    // A trace of each test films every page, which costs a third of the time; `--trace on` makes them where one is wanted.
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  webServer: Array.from({ length: workers }, (_, worker) => serverOf(worker)).map((server) => ({
    command: `node .commands/fresh-server.mjs ${server.folder} ${server.port} ${server.sandboxPort}`,
    url: `http://127.0.0.1:${server.port}/v1.0/health`,
    // The tests tell the provider to misbehave.
    env: { SANDBOX_CONTROL: "1" },
    reuseExistingServer: false,
    timeout: 60_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
    stdout: "ignore",
    stderr: "pipe",
  })),
});

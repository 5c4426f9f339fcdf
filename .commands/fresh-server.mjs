/**
 * The production server on an empty data folder with the demonstration in it, for end-to-end tests and measurements:
 * `node .commands/fresh-server.mjs FOLDER PORT SANDBOX_PORT`. What the environment already says about the rest stays. With `--keep` the folder
 * stays as it is: a later start.
 */
import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { quiet, root } from "./process.mjs";

const [folder, port, sandboxPort, keep] = process.argv.slice(2);
/** A provider that runs elsewhere on this machine. */
const provider = process.env.SANDBOX_URL ? [new URL(process.env.SANDBOX_URL).host] : [];
const allowed = process.env.KEYWAY_EGRESS_ALLOW ? [process.env.KEYWAY_EGRESS_ALLOW] : [];
const dataDir = path.resolve(root, folder);
if (keep !== "--keep") rmSync(dataDir, { recursive: true, force: true });
mkdirSync(dataDir, { recursive: true, mode: 0o700 });

const server = spawn(process.execPath, ["--enable-source-maps", path.join(root, "dist", "server.mjs")], {
  cwd: root,
  stdio: ["ignore", "inherit", "inherit"],
  env: {
    KEYWAY_LOG_LEVEL: "warn",
    ...process.env,
    ...quiet,
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PORT: port,
    KEYWAY_URL: `http://127.0.0.1:${port}`,
    KEYWAY_DATA_DIR: dataDir,
    KEYWAY_ALLOW_GENERATED_KEY: "1",
    KEYWAY_DEMO: "1",
    KEYWAY_EGRESS_ALLOW: [`127.0.0.1:${sandboxPort}`, `localhost:${sandboxPort}`, ...provider, ...allowed].join(","),
    SANDBOX_PORT: sandboxPort,
  },
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal));
server.on("close", (code) => process.exit(code ?? 0));

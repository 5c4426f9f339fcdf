/** The production server on an empty data folder of its own, with the demonstration in it: for end-to-end tests and measurements. */
import { spawn } from "node:child_process";
import { mkdirSync, openSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { quiet, root } from "./process.mjs";

/** Environment of such a server. In: its folder under .cache/, its port and the sandbox provider's, what is to differ. */
export function freshEnvironment({ dataDir, port, sandboxPort, env = {} }) {
  return {
    ...quiet,
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PORT: String(port),
    KEYWAY_URL: `http://127.0.0.1:${port}`,
    KEYWAY_DATA_DIR: dataDir,
    KEYWAY_ALLOW_GENERATED_KEY: "1",
    KEYWAY_DEMO: "1",
    KEYWAY_EGRESS_ALLOW: `127.0.0.1:${sandboxPort},localhost:${sandboxPort}`,
    KEYWAY_LOG_LEVEL: "warn",
    SANDBOX_PORT: String(sandboxPort),
    ...env,
  };
}

/** Starts it. Out: the child process; the caller waits for /v1.0/health and ends it. Logs go to `server.log` beside the data. */
export function startFresh({ dataDir, port, sandboxPort, env, log = true }) {
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const out = log ? openSync(`${dataDir}.log`, "w") : "inherit";
  return spawn(process.execPath, ["--enable-source-maps", path.join(root, "dist", "server.mjs")], {
    cwd: root,
    stdio: ["ignore", out, out],
    env: { ...process.env, ...freshEnvironment({ dataDir, port, sandboxPort, env }) },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dataDir, port, sandboxPort] = process.argv.slice(2);
  const server = startFresh({ dataDir: path.resolve(root, dataDir), port: Number(port), sandboxPort: Number(sandboxPort), log: false });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal));
  server.on("close", (code) => process.exit(code ?? 0));
}

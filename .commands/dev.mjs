/** `npm run dev`: the server with Next's development mode inside, built again and restarted when its sources change. */
import { spawn } from "node:child_process";
import path from "node:path";
import { command, ensurePackages, quiet, requireNode, root } from "./process.mjs";

const OUT = ".cache/dev";

await command(async () => {
  requireNode();
  await ensurePackages();
  const { default: esbuild } = await import("esbuild");
  const { serverBundle } = await import("./build.mjs");
  const sandboxPort = process.env.SANDBOX_PORT || "3900";

  let server = null;
  const stop = () =>
    new Promise((resolve) => {
      if (!server || server.exitCode !== null || server.signalCode !== null) return resolve();
      server.once("close", resolve);
      server.kill("SIGTERM");
    });
  const start = () => {
    server = spawn(process.execPath, ["--enable-source-maps", path.join(root, OUT, "server.mjs")], {
      cwd: root,
      stdio: "inherit",
      env: {
        KEYWAY_ALLOW_GENERATED_KEY: "1",
        KEYWAY_DEMO: "1",
        KEYWAY_EGRESS_ALLOW: `127.0.0.1:${sandboxPort},localhost:${sandboxPort}`,
        SANDBOX_PORT: sandboxPort,
        ...process.env,
        ...quiet,
        NODE_ENV: "development",
      },
    });
  };

  let turn = Promise.resolve();
  const restart = {
    name: "restart",
    setup: (bundle) =>
      bundle.onEnd((result) => {
        if (result.errors.length > 0) return;
        turn = turn.then(stop).then(start);
      }),
  };
  const watcher = await esbuild.context({ ...serverBundle(OUT), plugins: [restart] });
  await watcher.watch();
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, async () => {
      await watcher.dispose();
      await turn.then(stop);
      process.exit(0);
    });
});

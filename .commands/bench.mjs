/** `npm run bench -- NAME [--json]`: builds where needed, then hands over to bench/run.ts. */
import { bin, command, ensurePackages, messages, requireNode, run } from "./process.mjs";

await command(async () => {
  requireNode();
  messages.toStderr();
  await ensurePackages();
  const { build } = await import("./build.mjs");
  await build();
  messages.stdout = "inherit";
  const { code } = await run(bin("tsx"), ["bench/run.ts", ...process.argv.slice(2)]);
  process.exitCode = code;
});

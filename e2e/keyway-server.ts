import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");

/** A folder of its own for one test. */
export const freshFolder = (): string => mkdtempSync(path.join(tmpdir(), "keyway-e2e-"));
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export interface ServerOptions {
  readonly folder: string;
  readonly port: number;
  /** Starts the demonstration with its provider there. */
  readonly sandboxPort?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A production server in a process of its own. */
export class KeywayServer {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  stdout = "";
  stderr = "";

  constructor(readonly options: ServerOptions) {
    const { folder, port, sandboxPort, env } = options;
    this.#child = spawn(process.execPath, [path.join(root, "dist", "server.mjs")], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH ?? "",
        HOME: process.env.HOME ?? "",
        NEXT_TELEMETRY_DISABLED: "1",
        NODE_ENV: "production",
        HOST: "127.0.0.1",
        PORT: String(port),
        KEYWAY_DATA_DIR: folder,
        KEYWAY_ALLOW_GENERATED_KEY: "1",
        ...(sandboxPort === undefined
          ? {}
          : {
              KEYWAY_DEMO: "1",
              SANDBOX_PORT: String(sandboxPort),
              SANDBOX_CONTROL: "1",
              KEYWAY_EGRESS_ALLOW: `127.0.0.1:${sandboxPort},localhost:${sandboxPort}`,
            }),
        ...env,
      },
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => (this.stdout += chunk.toString("utf8")));
    this.#child.stderr?.on("data", (chunk: Buffer) => (this.stderr += chunk.toString("utf8")));
    this.#ended = new Promise((resolve) => this.#child.once("close", (code) => resolve(code)));
  }

  get url(): string {
    return `http://127.0.0.1:${this.options.port}`;
  }

  /** Resolves when it answers; rejects with its words when it ends before. */
  async ready(): Promise<this> {
    const deadline = Date.now() + 45_000;
    while (Date.now() < deadline) {
      if (this.#child.exitCode !== null) throw new Error(`The server ended with ${this.#child.exitCode}: ${this.stderr}`);
      const answer = await fetch(`${this.url}/v1.0/health`).catch(() => null);
      if (answer?.ok) return this;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    this.kill();
    throw new Error(`The server did not answer: ${this.stderr}`);
  }

  /** The exit code, when it has ended by itself. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  /** As the operating system does it: at once, with nothing said. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill("SIGTERM");
    await this.#ended;
  }
}

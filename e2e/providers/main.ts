import { startSandboxProvider } from "./sandbox";

// Started on its own: PORT and HOST say where, PUBLIC_URL how it is reached from outside, SANDBOX_CONTROL=1 lets
// tests steer it.
const { PORT = "3900", HOST = "127.0.0.1", PUBLIC_URL, SANDBOX_CONTROL } = process.env;

try {
  const sandbox = await startSandboxProvider({
    port: Number(PORT),
    host: HOST,
    ...(PUBLIC_URL ? { publicUrl: PUBLIC_URL } : {}),
    control: SANDBOX_CONTROL === "1",
  });
  console.log(`ready ${sandbox.url}`);
  const stop = () => void sandbox.close().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
} catch (error) {
  console.error(`The sandbox provider did not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

import { monitorEventLoopDelay } from "node:perf_hooks";
import { closeScripts } from "@/lib/scripts/pool";
import { runEvent } from "@/lib/scripts/run";
import { baselineRow, median, type Bench } from "./harness";

const SCRIPT = `function before_action() {
  method_request_headers.Authorization = 'Bearer ' + method_auth_value;
  return true;
}`;
const LANES = 4;
const ROUNDS = 3;
const MILLISECONDS = 3000;
const RESOLUTION = 5;
/** What the server may stand still for a script, at the most. */
const LONGEST_DELAY = 50;

/** The same work without a sandbox. */
function bare(headers: Record<string, string>, value: string): boolean {
  headers.Authorization = `Bearer ${value}`;
  return true;
}

async function callsPerSecond(call: () => Promise<unknown>): Promise<number> {
  let calls = 0;
  const started = performance.now();
  const lane = async () => {
    while (performance.now() - started < MILLISECONDS) {
      await call();
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return (calls * 1000) / (performance.now() - started);
}

function bareCallsPerSecond(): number {
  const started = performance.now();
  let calls = 0;
  while (performance.now() - started < 500) {
    for (let n = 0; n < 1000; n += 1) bare({}, String(n));
    calls += 1000;
  }
  return (calls * 1000) / (performance.now() - started);
}

async function script(source: string, more: { contextKey?: string; timeMs?: number } = {}): Promise<unknown> {
  return runEvent({
    event: "before_action",
    scripts: { connector: source },
    variables: { method_request_headers: {}, method_auth_value: "value" },
    ...(more.contextKey ? { contextKey: more.contextKey } : {}),
    ...(more.timeMs ? { limits: { timeMs: more.timeMs } } : {}),
  });
}

const ofRounds = async (call: () => Promise<unknown>): Promise<number> => {
  const figures: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) figures.push(await callsPerSecond(call));
  return median(figures);
};

/** Scripts that compute without end, one of each kind, while the event loop is watched. Out: its longest delay in milliseconds. */
async function longestDelay(): Promise<number> {
  const endless = ["for (;;) {}", "/^(a+)+$/.test('a'.repeat(40) + 'b')", "new Array(4e9 - 1).join('')", "'x'.repeat(1 << 28)"];
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  await Promise.all(endless.map((body) => script(`function before_action() { ${body}; return true; }`, { timeMs: 1500 })));
  delay.disable();
  return Math.max(0, delay.max / 1e6 - RESOLUTION);
}

/** Calls a second of one small script, in a kept context and in a fresh one, and what endless ones do to the event loop. */
const scripts: Bench = {
  name: "scripts",
  async run() {
    try {
      await script(SCRIPT, { contextKey: "bench" });
      const plain = bareCallsPerSecond();
      const reused = await ofRounds(() => script(SCRIPT, { contextKey: "bench" }));
      const fresh = await ofRounds(() => script(SCRIPT));
      const delays: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) delays.push(await longestDelay());
      const delay = Math.min(...delays);
      return [
        baselineRow("bare function call", plain, "calls/s"),
        { name: "script, context reused", value: reused, unit: "calls/s", ratio: reused / plain, pass: true },
        { name: "script, fresh context", value: fresh, unit: "calls/s", ratio: fresh / plain, pass: true },
        { name: "longest event-loop delay", value: delay, unit: "ms", bar: LONGEST_DELAY, pass: delay < LONGEST_DELAY },
      ];
    } finally {
      await closeScripts();
    }
  },
};

export default scripts;

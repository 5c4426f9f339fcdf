import { baselineRow, childrenOf, limitRow, memoryOf, ratioRow, type Bench } from "./harness";
import { signIn } from "./browser-session";
import { scriptsRow, searchRows } from "./library-figures";

/** How long a server is left alone before its memory is looked at. */
const IDLE_MS = 15_000;

/** The library page, of which the first has 15 connectors, against a bare page with as many rows; search, list, scripts; starts, memory. */
const library: Bench = {
  name: "library",
  async run({ startKeyway, startBarePage, compare }) {
    const starting = performance.now();
    const first = await startKeyway();
    const firstStart = (performance.now() - starting) / 1000;
    await first.stop();
    const again = performance.now();
    const keyway = await startKeyway({}, { keep: true });
    const laterStart = (performance.now() - again) / 1000;
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const idle = childrenOf(keyway.pid).reduce((sum, pid) => sum + memoryOf(pid), 0);

    const bare = await startBarePage(15);
    const owner = keyway.demo.people.find((person) => person.role.includes("owner")) ?? keyway.demo.people[0]!;
    const cookie = await signIn(keyway.url, owner);
    const [baseline, page] = await compare([
      { title: "bare page", url: bare.url },
      { title: "library", url: `${keyway.url}/connectors`, headers: { cookie } },
    ]);
    return [
      baselineRow("bare page, 15 rows", baseline!),
      ratioRow("library page, 15 connectors", page!, baseline!, 0.6),
      await scriptsRow(keyway.url, cookie, 180),
      ...searchRows(),
      limitRow("first start, every connector seeded", firstStart, 5, "s"),
      limitRow("later start", laterStart, 2, "s"),
      limitRow("memory when idle", idle, 180, "MB"),
    ];
  },
};

export default library;

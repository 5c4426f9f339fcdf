import { baselineRow, ratioRow, type Bench } from "./harness";
import { signIn } from "./browser-session";

/** The library page, of which the first has 15 connectors, against a bare page with as many rows. */
const library: Bench = {
  name: "library",
  async run({ startKeyway, startBarePage, compare }) {
    const [keyway, bare] = [await startKeyway(), await startBarePage(15)];
    const owner = keyway.demo.people.find((person) => person.role.includes("owner")) ?? keyway.demo.people[0]!;
    const cookie = await signIn(keyway.url, owner);
    const [baseline, page] = await compare([
      { title: "bare page", url: bare.url },
      { title: "library", url: `${keyway.url}/connectors`, headers: { cookie } },
    ]);
    return [baselineRow("bare page, 15 rows", baseline!), ratioRow("library page, 15 connectors", page!, baseline!, 0.6)];
  },
};

export default library;

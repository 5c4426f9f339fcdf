import { get } from "node:http";
import { gzipSync } from "node:zlib";
import { loadLibrary } from "@/db/seeds/connectors/load";
import { connectorDefinitionSchema } from "@/lib/auth-methods/definition";
import type { Connector } from "@/lib/catalog/data";
import { listLibrary } from "@/lib/catalog/listing";
import { libraryQuerySchema } from "@/lib/catalog/schema";
import { searchConnectors } from "@/lib/catalog/search";
import { limitRow, type Row } from "./harness";

/** What people type: names, beginnings, slips, categories, more than one word. */
const TYPED = [
  "s",
  "sl",
  "slack",
  "slak",
  "hubspto",
  "crm",
  "mail",
  "google",
  "google shee",
  "accounting",
  "zendesk",
  "xyzzy",
  "api",
  "sheets google",
  "the api key of a person",
];
/** Enough that the first ones, before the code is compiled, are less than one in a hundred. */
const ROUNDS = 200;

/** As many connectors as asked for: those that come with Keyway, and again under other names. */
function connectorsOf(count: number): Connector[] {
  const own = loadLibrary((d) => connectorDefinitionSchema.parse(d));
  return Array.from({ length: count }, (_, n) => {
    const definition = own[n % own.length]!;
    const turn = Math.floor(n / own.length);
    const name = turn === 0 ? definition.name : `${definition.name} ${turn + 1}`;
    const slug = turn === 0 ? definition.slug : `${definition.slug}-${turn + 1}`;
    const kind = "application" as const;
    return {
      id: n + 1,
      uid: String(n + 1),
      iconUrl: null,
      slug,
      kind,
      name,
      partnerId: null,
      releaseId: n + 1,
      releaseNumber: "1.0",
      definition,
    };
  });
}

function searchRow(connectors: readonly Connector[], bar: number): Row {
  const times: number[] = [];
  for (const text of TYPED) searchConnectors(connectors, text);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const text of TYPED) {
      const started = performance.now();
      searchConnectors(connectors, text);
      times.push(performance.now() - started);
    }
  }
  times.sort((a, b) => a - b);
  const name = `search of ${connectors.length.toLocaleString("en")} connectors, p99`;
  return limitRow(name, times[Math.floor(times.length * 0.99)]!, bar, "ms");
}

/** Every page of the list that a person who scrolls to its end is sent, compressed as the server does. */
function listRow(connectors: readonly Connector[], bar: number): Row {
  let bytes = 0;
  for (let page: number | null = 1; page !== null;) {
    const query = { ...libraryQuerySchema.parse({}), page };
    const listed = listLibrary(connectors, new Map(), new Map(), query);
    bytes += gzipSync(JSON.stringify(listed)).length;
    page = listed.next;
  }
  return limitRow(`list of ${connectors.length.toLocaleString("en")} on the wire`, bytes / 1024, bar, "KB");
}

/** Bytes of an answer as they come over the wire. */
const transferred = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, { headers: { "accept-encoding": "gzip" } }, (response) => {
      let size = 0;
      response.on("data", (chunk: Buffer) => (size += chunk.length)).on("end", () => resolve(size));
    }).on("error", reject);
  });

/** The scripts that a page names, but for the one that only browsers without modules take. */
export async function scriptsRow(url: string, cookie: string, bar: number): Promise<Row> {
  const html = await (await fetch(`${url}/connectors`, { headers: { cookie } })).text();
  const named = [...html.matchAll(/<script\b([^>]*)>|<link\b([^>]*as="script"[^>]*)>/g)].map((m) => m[1] ?? m[2] ?? "");
  const files = named.filter((tag) => !/nomodule/i.test(tag)).flatMap((tag) => /(?:src|href)="([^"]+)"/.exec(tag)?.[1] ?? []);
  let bytes = 0;
  for (const file of new Set(files)) bytes += await transferred(new URL(file, url).href);
  return limitRow("scripts of the library page", bytes / 1024, bar, "KB");
}

/** The figures of search and list, which need no server. */
export function searchRows(): Row[] {
  const [thousand, tenThousand] = [connectorsOf(1000), connectorsOf(10_000)];
  return [searchRow(thousand, 2), searchRow(tenThousand, 8), listRow(thousand, 20)];
}

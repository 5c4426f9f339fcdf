import { createHash } from "node:crypto";
import type { APIRequestContext } from "@playwright/test";
import { accountId, emailOf, expect, passwordOf, readDemo, signIn, test } from "./fixtures";
import { freePort, freshFolder, KeywayServer, removeFolder } from "./keyway-server";
import { ACTIONS, type Ids } from "./matrix";
import { callAction } from "./server-actions";
import { openDatabase } from "./stored-rows";
import { installByAction } from "./wizard";

/** What no form sends: of the wrong kind, empty, far too long, broken, or named like what every object has. */
const ODD: readonly unknown[] = [
  null,
  "",
  -1,
  1e308,
  true,
  [],
  ["x", null],
  {},
  { constructor: { prototype: { polluted: "yes" } }, toString: "x" },
  JSON.parse('{"__proto__":{"polluted":"yes"}}'),
  "x".repeat(200_000),
  "a\u0000b\ud800\r\nSet-Cookie: a=b",
  "../../etc/passwd",
  "{{run.id}} =process.exit()",
];

let folder: string;
let server: KeywayServer;

test.beforeEach(async () => {
  folder = freshFolder();
  server = await new KeywayServer({ folder, port: await freePort(), sandboxPort: await freePort() }).ready();
});
test.afterEach(async () => {
  await server.stop();
  removeFolder(folder);
});

/** Everything stored but the sessions, whose last use is noted with each call. */
function contents(): string {
  const database = openDatabase(folder, { readonly: true });
  const tables = database.prepare("select name from sqlite_master where type = 'table' and name <> 'sessions'").pluck().all();
  const hash = createHash("sha256");
  for (const name of tables) hash.update(JSON.stringify(database.prepare(`select * from "${String(name)}"`).all()));
  database.close();
  return hash.digest("hex");
}

test("whatever is put in place of an input's values, each action answers with a reason and changes nothing (S-63)", async () => {
  test.setTimeout(400_000);
  const demo = readDemo(folder);
  const account = accountId("Acme Ltd", demo);
  const client = async (who: "owner" | "administrator"): Promise<APIRequestContext> =>
    signIn(server.url, emailOf(who), passwordOf(emailOf(who), demo));
  const [owner, administrator] = [await client("owner"), await client("administrator")];
  const slug = "sandbox-crm-api-key";
  const connection = await installByAction(owner, { account, slug, authMethodId: "api-key", name: "Theirs", later: true });
  const unknown = new Proxy({}, { get: () => "00000000-0000-4000-8000-0000000000ff" }) as Ids;
  const ids: Ids = new Proxy({ account, connection, connector: slug } as Partial<Ids> as Ids, {
    get: (known, name) => (known as never)[name] ?? unknown[name as keyof Ids],
  });
  const wrong: string[] = [];
  for (const [name, action] of Object.entries(ACTIONS)) {
    const input = action.input(ids) as Record<string, unknown>;
    const places = Object.keys(input).filter((place) => place !== "accountId");
    const given: [string, unknown][] = [
      ...ODD.map((odd): [string, unknown] => ["the input", odd]),
      ...places.flatMap((place) => ODD.map((odd): [string, unknown] => [place, { ...input, [place]: odd }])),
    ];
    const before = contents();
    let taken = 0;
    for (const [place, odd] of given) {
      const asked = [await callAction(owner, name, odd)];
      if (name.includes("Partner") || name === "setExternalAuthenticationAction")
        asked.push(await callAction(administrator, name, odd));
      for (const { status, result } of asked) {
        if (result.ok) taken += 1;
        else if (status >= 500 || result.error.code === "internal")
          wrong.push(
            `${name}, ${place}: ${JSON.stringify(odd)?.slice(0, 120)} gave ${status} ${JSON.stringify(result.error).slice(0, 200)}`,
          );
      }
    }
    if (taken === 0 && contents() !== before) wrong.push(`${name}: refused, and yet something was changed`);
  }
  expect(wrong).toEqual([]);
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
  expect((await owner.get("/dashboard")).status()).toBe(200);
  await Promise.all([owner.dispose(), administrator.dispose()]);
});

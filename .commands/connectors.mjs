/**
 * Connectors of the partner's own as files, for Git: `npm run connectors -- export|import|diff [FOLDER] [SLUG …]` against a running
 * console. KEYWAY_URL, KEYWAY_CLIENT_ID and KEYWAY_CLIENT_SECRET say which and as whom: an API client of the partner.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Sentence, command } from "./process.mjs";

const USAGE =
  "Choose what to do: npm run connectors -- export|import|diff [FOLDER] [SLUG …]. The folder is connectors/ unless named.";

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Sentence(`${name} is missing. Set KEYWAY_URL, KEYWAY_CLIENT_ID and KEYWAY_CLIENT_SECRET.`);
  return value;
}

async function request(url, options) {
  const answer = await fetch(url, options).catch((error) => {
    throw new Sentence(`${url} can't be reached: ${error.cause?.message ?? error.message}`);
  });
  const text = await answer.text();
  let body = null;
  try {
    body = text === "" ? null : JSON.parse(text);
  } catch {
    throw new Sentence(`${url} answered with ${answer.status} and no JSON. Is KEYWAY_URL a Keyway console?`);
  }
  return { status: answer.status, body };
}

/** A client with a token of its own. */
async function signIn() {
  const base = setting("KEYWAY_URL").replace(/\/+$/, "");
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: setting("KEYWAY_CLIENT_ID"),
    client_secret: setting("KEYWAY_CLIENT_SECRET"),
  });
  const token = await request(`${base}/oauth/token`, { method: "POST", body: form });
  if (token.status !== 200)
    throw new Sentence(`${base} doesn't take this client: ${token.body?.error_description ?? token.status}`);
  return async (method, address, body) => {
    const { status, body: answer } = await request(`${base}/v1.0${address}`, {
      method,
      headers: { authorization: `Bearer ${token.body.access_token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (status >= 300) throw new Sentence(`${method} ${address}: ${answer?.Message ?? status}`);
    return answer;
  };
}

async function listed(send) {
  const all = [];
  for (let page = 1; ; page += 1) {
    const rows = await send("GET", `/custom-connectors?page=${page}&pageSize=100`);
    all.push(...rows);
    if (rows.length < 100) return all;
  }
}

/** Members in one order, so that a file changes only where the connector did. */
const written = (definition) => `${JSON.stringify(definition, null, 2)}\n`;

function localFiles(folder, slugs) {
  if (!existsSync(folder)) throw new Sentence(`There is no folder ${folder}.`);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const found = names
    .map((name) => {
      try {
        return { name, definition: JSON.parse(readFileSync(path.join(folder, name), "utf8")) };
      } catch (error) {
        throw new Sentence(`${path.join(folder, name)}: ${error.message}`);
      }
    })
    .filter(({ definition }) => slugs.length === 0 || slugs.includes(definition.slug));
  for (const slug of slugs)
    if (!found.some(({ definition }) => definition.slug === slug)) throw new Sentence(`${folder} has no connector ${slug}.`);
  return found;
}

/** The paths at which two definitions differ. */
function differences(a, b, at = "") {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  const open = (value) => typeof value === "object" && value !== null;
  if (!open(a) || !open(b) || Array.isArray(a) !== Array.isArray(b)) return [at || "."];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
    differences(a[key], b[key], at === "" ? key : `${at}.${key}`),
  );
}

async function exportAll(send, folder, slugs) {
  mkdirSync(folder, { recursive: true });
  const rows = (await listed(send)).filter((row) => slugs.length === 0 || slugs.includes(row.Slug));
  for (const row of rows) {
    const { Definition } = await send("GET", `/custom-connectors/${row.Id}`);
    writeFileSync(path.join(folder, `${row.Slug}.json`), written(Definition));
    console.log(`${row.Slug}: exported`);
  }
  console.log(`${rows.length} ${rows.length === 1 ? "connector" : "connectors"} in ${folder}.`);
}

async function importAll(send, folder, slugs) {
  const rows = await listed(send);
  for (const { definition } of localFiles(folder, slugs)) {
    const row = rows.find((each) => each.Slug === definition.slug);
    if (!row) {
      const made = await send("POST", "/custom-connectors", { Definition: definition });
      console.log(`${made.Slug}: made, as a draft`);
      continue;
    }
    const { Definition } = await send("GET", `/custom-connectors/${row.Id}`);
    if (written(Definition) === written(definition)) console.log(`${row.Slug}: the same`);
    else {
      await send("PUT", `/custom-connectors/${row.Id}`, { Definition: definition });
      console.log(`${row.Slug}: draft replaced`);
    }
  }
}

async function diffAll(send, folder, slugs) {
  const rows = await listed(send);
  const files = localFiles(folder, slugs);
  let differing = 0;
  const tell = (text) => {
    differing += 1;
    console.log(text);
  };
  for (const { definition } of files) {
    const row = rows.find((each) => each.Slug === definition.slug);
    if (!row) {
      tell(`${definition.slug}: only here`);
      continue;
    }
    const { Definition } = await send("GET", `/custom-connectors/${row.Id}`);
    const places = differences(Definition, definition);
    if (places.length > 0) tell(`${row.Slug}: ${places.slice(0, 20).join(", ")}${places.length > 20 ? ", …" : ""}`);
  }
  if (slugs.length === 0)
    for (const row of rows)
      if (!files.some(({ definition }) => definition.slug === row.Slug)) tell(`${row.Slug}: only in the console`);
  if (differing === 0) console.log("No differences.");
  else process.exitCode = 1;
}

const COMMANDS = { export: exportAll, import: importAll, diff: diffAll };

await command(async () => {
  const [what, folder = "connectors", ...slugs] = process.argv.slice(2);
  const run = Object.hasOwn(COMMANDS, what ?? "") ? COMMANDS[what] : null;
  if (!run) throw new Sentence(USAGE);
  await run(await signIn(), folder, slugs);
});

/**
 * Connectors of the partner's own as files, for Git: `npm run connectors -- export|import|diff [FOLDER] [SLUG …]` against a running
 * console. KEYWAY_URL, KEYWAY_CLIENT_ID and KEYWAY_CLIENT_SECRET say which and as whom: an API client of the partner.
 */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
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

/** What a file holds; a Sentence where that is no definition. */
function read(file) {
  let definition;
  try {
    definition = JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new Sentence(`${file}: ${error.message}`);
  }
  if (typeof definition?.slug !== "string") throw new Sentence(`${file}: this is no definition of a connector: it has no slug.`);
  return definition;
}

function localFiles(folder, slugs) {
  if (!existsSync(folder)) throw new Sentence(`There is no folder ${folder}.`);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const named = slugs.map((slug) => `${slug}.json`);
  // Files are called by their slugs as a rule: one that isn't named needn't be right.
  const wanted = slugs.length > 0 && named.every((name) => names.includes(name)) ? named : names;
  const found = wanted
    .map((name) => ({ file: path.join(folder, name), definition: read(path.join(folder, name)) }))
    .filter(({ definition }) => slugs.length === 0 || slugs.includes(definition.slug));
  for (const slug of slugs)
    if (!found.some(({ definition }) => definition.slug === slug)) throw new Sentence(`${folder} has no connector ${slug}.`);
  return found;
}

/** What the console fills in where a file written by hand says nothing, by the member's name; blank ones aside. */
const FILLED_IN = {
  status: ["Approved"],
  category: ["General"],
  bodyFormat: ["json"],
  level: ["partnerOrAccount"],
  source: ["user"],
  type: ["string", "Text"],
  required: [true],
  inbound: [true],
  method: ["GET"],
  tokenEndpointAuthMethod: ["client_secret_post"],
  codeChallengeMethod: ["S256"],
  signatureMethod: ["HMAC-SHA1"],
  tokenSource: ["authorize"],
};
function isFilledIn(value, key, at) {
  if (key === "optional") return value === /Fields\.\d+$/.test(at);
  return (
    value === "" || value === false || (Array.isArray(value) && value.length === 0) || FILLED_IN[key]?.includes(value) === true
  );
}

/** The paths at which a file differs from the definition in the console. */
function differences(there, here, at = "") {
  if (JSON.stringify(there) === JSON.stringify(here)) return [];
  const open = (value) => typeof value === "object" && value !== null;
  if (!open(there) || !open(here) || Array.isArray(there) !== Array.isArray(here)) return [at || "."];
  return [...new Set([...Object.keys(there), ...Object.keys(here)])]
    .filter((key) => key in here || !isFilledIn(there[key], key, at))
    .flatMap((key) => differences(there[key], here[key], at === "" ? key : `${at}.${key}`));
}

async function exportAll(send, folder, slugs) {
  const all = await listed(send);
  for (const slug of slugs)
    if (!all.some((row) => row.Slug === slug)) throw new Sentence(`The console has no connector ${slug} of your own.`);
  const rows = all.filter((row) => slugs.length === 0 || slugs.includes(row.Slug));
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new Sentence(`${folder} can't be written: ${error.message}`);
  }
  for (const row of rows) {
    const { Definition } = await send("GET", `/custom-connectors/${row.Id}`);
    writeFileSync(path.join(folder, `${row.Slug}.json`), written(Definition));
    console.log(`${row.Slug}: exported`);
  }
  console.log(`${rows.length} ${rows.length === 1 ? "connector" : "connectors"} in ${folder}.`);
}

async function importOne(send, rows, definition) {
  const row = rows.find((each) => each.Slug === definition.slug);
  if (!row) return `${(await send("POST", "/custom-connectors", { Definition: definition })).Slug}: made, as a draft`;
  const { Definition } = await send("GET", `/custom-connectors/${row.Id}`);
  if (differences(Definition, definition).length === 0) return `${row.Slug}: the same`;
  await send("PUT", `/custom-connectors/${row.Id}`, { Definition: definition });
  return `${row.Slug}: draft replaced`;
}

/** Each file by itself: one that is refused does not hold up the others. */
async function importAll(send, folder, slugs) {
  const files = localFiles(folder, slugs);
  if (files.length === 0) console.log(`${folder} has no connectors.`);
  const rows = files.length === 0 ? [] : await listed(send);
  for (const { file, definition } of files) {
    try {
      console.log(await importOne(send, rows, definition));
    } catch (error) {
      if (!(error instanceof Sentence)) throw error;
      console.error(`${file}: ${error.message}`);
      process.exitCode = 1;
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

/**
 * Who may import whom, as data for eslint-plugin-boundaries. Default deny: what isn't allowed here is reported.
 * A file gets its categories from its path: one `room:`, and where they apply `kind:` and `door:`.
 */

/** The kinds of file a room of lib/ may hold, beside capability files named by what they do and tests. */
export const FILE_KINDS = ["schema", "types", "constants", "policy", "data", "mutations", "loaders", "actions", "errors"];

/** The product's subjects and the two rooms that open secrets: they may use each other where no circle comes of it. */
const SUBJECT_ROOMS = [
  "webhooks",
  "custom-fields",
  "catalog",
  "partners",
  "tenants",
  "installs",
  "custom-connectors",
  "cycles",
  "steps",
];
const SECRET_ROOMS = ["oauth", "run"];
/** Rooms between which an import in both directions is an error (.commands/check-structure.mjs looks for it). */
export const ACYCLIC_ROOMS = [...SUBJECT_ROOMS, ...SECRET_ROOMS];

const SERVICES = ["platform", "access", "api-clients", "audit", "vault"];
export const LIB_ROOMS = [
  "kernel",
  "auth-methods",
  ...SERVICES,
  "doors",
  "scripts",
  ...SUBJECT_ROOMS,
  ...SECRET_ROOMS,
  "rest",
  "demo",
];
/** The rooms whose kinds of file are known to others; one policy for each pair of room and kind would make lint five times slower. */
const ROOMS_WITH_DATA = [...SERVICES, ...SUBJECT_ROOMS, ...SECRET_ROOMS, "demo"];
const COMPOSITES = [
  "connectors",
  "custom-connectors",
  "installs",
  "cycles",
  "settings",
  "access",
  "accounts",
  "admin",
  "dashboard",
  "scripts",
];
export const COMPONENT_ROOMS = ["ui", "shell", "fields", ...COMPOSITES];

const room = (name) => `room:${name}`;
const kind = (name) => `kind:${name}`;
const door = (name) => `door:${name}`;

/** Setting `boundaries/files`; categories accumulate. */
export const files = [
  ...LIB_ROOMS.map((name) => ({ category: room(name), pattern: `lib/${name}/**` })),
  ...FILE_KINDS.map((name) => ({ category: kind(name), pattern: `lib/{${ROOMS_WITH_DATA.join(",")}}/${name}.ts` })),
  { category: door("open"), pattern: "lib/vault/open.ts" },
  { category: door("operate"), pattern: "lib/vault/{rotate,backup}.ts" },
  { category: door("key"), pattern: "lib/vault/{keys,unwrap,master}.ts" },
  { category: door("expose"), pattern: "lib/kernel/expose.ts" },
  // What the REST API does beside reading and writing rows: calls, sign-ins and their ends.
  {
    category: door("act"),
    pattern: [
      "lib/run/{call,verify,trigger}.ts",
      "lib/oauth/{revoke,link-token}.ts",
      "lib/installs/{install-connector,auth-value,wizard}.ts",
      "lib/catalog/definitions.ts",
    ],
  },
  { category: door("egress"), pattern: ["lib/platform/egress.ts", "lib/platform/egress-*.ts"] },
  { category: kind("flow"), pattern: "lib/cycles/{graph,merge}.ts" },
  { category: door("lint"), pattern: "lib/catalog/{lint,trial}.ts" },
  { category: room("db"), pattern: "db/**" },
  { category: kind("testing"), pattern: ["db/testing.ts", "lib/demo/testing.ts"] },
  { category: room("components-ui"), pattern: "components/ui/**" },
  { category: room("components-shell"), pattern: "components/shell/**" },
  { category: room("components-fields"), pattern: "components/fields/**" },
  { category: room("components-composite"), pattern: "components/!(ui|shell|fields)/**" },
  { category: room("app"), pattern: "app/**" },
  { category: kind("route"), pattern: "app/**/route.ts" },
  { category: room("server"), pattern: "server.ts" },
  { category: room("commands"), pattern: ".commands/*.ts" },
  { category: room("manifest"), pattern: "package.json" },
  { category: room("config"), pattern: "*.config.ts" },
  { category: room("e2e"), pattern: "e2e/**" },
  { category: kind("provider"), pattern: "e2e/providers/**" },
  { category: room("bench"), pattern: "bench/**" },
  { category: room("examples"), pattern: "docs/examples/**" },
  { category: kind("test"), pattern: "**/*.test.{ts,tsx}" },
];

const all = (...categories) => ({ file: { categories: { allOf: categories } } });
const any = (...categories) => ({ file: { categories: { anyOf: categories } } });
const rooms = (...names) => any(...names.map(room));
const kinds = (...names) => any(...names.map(kind));
const npm = (...source) => ({ module: { origin: "external", source } });
const core = (...source) => ({ module: { origin: "core", source } });
const ANY_NPM = { module: { origin: "external" } };
const ANY_CORE = { module: { origin: "core" } };

const allow = (from, ...to) => ({ from, allow: { to } });
const deny = (message, from, ...to) => ({ message, from, disallow: { to } });
const except = (from, ...categories) => ({ file: { categories: { ...from.file.categories, noneOf: categories } } });

const SHARED_KINDS = ["schema", "types", "constants"];
/** Pure reading of a flow and of merge fields: the builder in the browser and the engine go by the same copy. */
const FLOW = "flow";
const BELOW_DOORS = ["kernel", "platform", "access", "api-clients", "audit"];
const SUBJECT_BASE = [...BELOW_DOORS, "vault", "auth-methods", "doors"];
const CODE = rooms(
  ...LIB_ROOMS,
  "db",
  "app",
  "server",
  "commands",
  "components-ui",
  "components-shell",
  "components-fields",
  "components-composite",
);
const TESTS = any(kind("test"), kind("testing"), room("e2e"), room("bench"));
/** Exempt from every prohibition. */
const FREE = [kind("test"), kind("testing")];

/** Modules that reach the network by themselves. */
const NETWORK = ["http", "https", "http2", "net", "tls", "dgram", "dns"];
const NETWORK_CORE = core(...NETWORK, ...NETWORK.map((name) => `node:${name}`));
const NETWORK_NPM = npm("undici", "axios", "got", "ky", "node-fetch", "superagent", "ws");
const DATABASE_NPM = npm("drizzle-orm", "drizzle-kit", "better-sqlite3");

/** Option `policies` of boundaries/dependencies. The last one that matches decides, so the prohibitions stand at the end. */
export const policies = [
  allow(rooms("kernel"), rooms("kernel"), npm("zod", "uuid")),
  allow(rooms("auth-methods"), rooms("kernel", "auth-methods"), npm("zod")),
  allow(rooms("platform"), rooms("kernel", "platform", "manifest"), ANY_NPM, ANY_CORE),
  allow(rooms("access", "api-clients", "audit"), rooms(...BELOW_DOORS), ANY_NPM, ANY_CORE),
  // A door is where a request proves who it is; actions and loaders are the only files that are called by one.
  allow(kinds("actions", "loaders"), rooms("doors")),
  allow(rooms("vault"), rooms(...BELOW_DOORS, "vault"), ANY_NPM, ANY_CORE),
  allow(rooms("doors"), rooms(...BELOW_DOORS, "doors"), ANY_NPM, ANY_CORE),
  allow(rooms("scripts"), rooms("kernel", "scripts"), npm("quickjs-emscripten", "csv-parse", "fast-xml-parser", "zod"), ANY_CORE),
  allow(rooms(...SUBJECT_ROOMS), rooms(...SUBJECT_BASE, ...SUBJECT_ROOMS), ANY_NPM, ANY_CORE),
  allow(rooms(...SECRET_ROOMS), rooms(...SUBJECT_BASE, ...SUBJECT_ROOMS, ...SECRET_ROOMS, "scripts"), ANY_NPM, ANY_CORE),
  // The demonstration is made by the same writes as everything else; only the server may ask for it.
  allow(rooms("demo"), rooms(...SUBJECT_BASE, ...SUBJECT_ROOMS, "demo"), ANY_NPM, ANY_CORE),
  allow(
    rooms("rest"),
    rooms("kernel", "auth-methods", "platform", "doors", "access", "api-clients", "rest"),
    kinds(...SHARED_KINDS, "data", "mutations"),
    any(door("act")),
    ANY_NPM,
  ),

  allow(rooms("components-ui"), rooms("kernel", "components-ui"), ANY_NPM),
  allow(
    rooms("components-shell", "components-fields"),
    rooms("kernel", "auth-methods", "components-ui", "components-shell", "components-fields"),
    kinds(...SHARED_KINDS, "actions"),
    ANY_NPM,
  ),
  allow(
    rooms("components-composite"),
    rooms("kernel", "auth-methods", "components-ui", "components-shell", "components-fields", "components-composite"),
    kinds(...SHARED_KINDS, FLOW, "actions"),
    ANY_NPM,
  ),

  allow(
    except(rooms("app"), kind("route")),
    except(rooms("app"), kind("route")),
    rooms("kernel", "doors", "components-ui", "components-shell", "components-fields", "components-composite"),
    kinds(...SHARED_KINDS, "loaders", "actions"),
    ANY_NPM,
  ),
  allow(
    all(room("app"), kind("route")),
    rooms("kernel", "doors"),
    kinds(...SHARED_KINDS, "data", "mutations", "loaders"),
    // A browser's way through OAuth and a session is neither a read nor a write of a row: the capability itself answers.
    rooms("access", "oauth", "run"),
    ANY_NPM,
  ),
  allow(
    rooms("server"),
    rooms("rest", "run", "scripts", "platform", "access", "demo", "auth-methods", "kernel", "db"),
    // It loads the key before anything else may be read.
    all(room("vault"), door("key")),
    kinds("data", "mutations"),
    any(kind("provider")),
    ANY_NPM,
    ANY_CORE,
  ),

  allow(
    rooms("commands"),
    rooms("platform", "access", "kernel", "auth-methods", "db"),
    kinds("data", "mutations", "schema"),
    any(door("lint")),
    // Who runs the instance rotates its keys and backs it up from the command line.
    any(door("operate")),
    all(room("vault"), door("key")),
    ANY_CORE,
  ),
  allow(rooms("db"), rooms("kernel", "db"), ANY_NPM, ANY_CORE),
  // A JSON column is typed by the contract it holds; no code of the room comes with it.
  { from: rooms("db"), allow: { to: rooms("auth-methods"), dependency: { kind: "type" } } },
  { from: rooms("db"), allow: { to: kinds("constants", "types"), dependency: { kind: "type" } } },
  allow(kinds("data", "mutations"), rooms("db")),
  allow(TESTS, { module: { origin: "local" } }, ANY_NPM, ANY_CORE),
  allow(rooms("config"), rooms("config"), ANY_NPM, ANY_CORE),

  deny(
    "lib/kernel/expose.ts turns a Secret into text: only auth-methods, platform, vault, oauth, run and scripts may import it.",
    except(CODE, ...["kernel", "auth-methods", "platform", "vault", ...SECRET_ROOMS, "scripts"].map(room), ...FREE),
    any(door("expose")),
  ),
  deny(
    "lib/vault/open.ts turns a ciphertext into a secret: only oauth and run may import it.",
    except(CODE, ...SECRET_ROOMS.map(room), door("operate"), ...FREE),
    any(door("open")),
  ),
  deny("Keys stay in lib/vault.", except(CODE, room("vault"), room("server"), room("commands"), ...FREE), any(door("key"))),
  deny(
    "Keys are rotated, and backups made, from the command line.",
    except(CODE, room("commands"), ...FREE),
    any(door("operate")),
  ),
  deny(
    "The database library lives in db/ only: take the operators and types that db/ offers.",
    except(CODE, room("db"), ...FREE),
    DATABASE_NPM,
  ),
  deny(
    "The network has one door, lib/platform/egress.ts.",
    except(CODE, door("egress"), room("server"), ...FREE),
    NETWORK_CORE,
    NETWORK_NPM,
  ),
  deny("The demonstration is the server's to ask for.", except(CODE, room("demo"), room("server"), ...FREE), rooms("demo")),
  deny("testing.ts is for tests.", except(CODE, ...FREE), any(kind("testing"))),
  deny("A test is nobody's dependency.", CODE, any(kind("test"))),
];

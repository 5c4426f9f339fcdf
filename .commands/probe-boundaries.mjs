/**
 * Shows that the gates can fail: lints forbidden imports in files that don't exist and wants every one reported, and allowed
 * ones that must pass; then hands the structure check files in the wrong place. A rule nobody can break guards nothing.
 */
import path from "node:path";
import { ESLint } from "eslint";
import { findProblems } from "./check-structure.mjs";

const root = path.resolve(import.meta.dirname, "..");
const BOUNDARY = "boundaries/dependencies";

/** [file, source]: each must be reported by the boundary rule. */
const FORBIDDEN_IMPORTS = [
  ["lib/kernel/probe.ts", 'import "node:crypto"'],
  ["lib/kernel/probe.ts", 'import "hono"'],
  ["lib/kernel/probe.ts", 'import "@/lib/platform/env"'],
  ["lib/kernel/probe.ts", 'import "@/lib/auth-methods/definition"'],
  ["lib/auth-methods/probe.ts", 'import "node:fs"'],
  ["lib/auth-methods/probe.ts", 'import "react"'],
  ["lib/auth-methods/probe.ts", 'import "@/db/client"'],
  ["lib/auth-methods/probe.ts", 'import "../platform/egress"'],
  ["lib/platform/probe.ts", 'import "@/lib/access/types"'],
  ["lib/platform/probe.ts", 'import "undici"'],
  ["lib/platform/probe.ts", 'import "node:http"'],
  ["lib/access/policy.ts", 'import "@/lib/vault/seal"'],
  ["lib/access/policy.ts", 'import "@/lib/kernel/expose"'],
  ["lib/access/policy.ts", 'import "@/db/client"'],
  ["lib/audit/data.ts", 'import "@/lib/partners/data"'],
  ["lib/audit/data.ts", 'import "drizzle-orm"'],
  ["lib/audit/data.ts", 'import "better-sqlite3"'],
  ["lib/audit/data.ts", 'import "@/db/testing"'],
  ["lib/vault/probe.ts", 'import "./open"'],
  ["lib/vault/probe.ts", 'import "@/lib/catalog/data"'],
  ["lib/doors/probe.ts", 'import "@/lib/installs/data"'],
  ["lib/doors/probe.ts", 'import "@/lib/vault/seal"'],
  ["lib/catalog/data.ts", 'import "@/lib/vault/open"'],
  ["lib/partners/mutations.ts", 'import { open } from "../vault/open"'],
  ["lib/installs/mutations.ts", 'import type { Opened } from "@/lib/vault/open"'],
  ["lib/installs/mutations.ts", 'export * from "@/lib/vault/open"'],
  ["lib/installs/mutations.ts", 'export const opened = import("@/lib/vault/open")'],
  ["lib/installs/mutations.ts", 'export type Opened = import("@/lib/vault/open").Opened'],
  ["lib/installs/mutations.ts", 'import { expose } from "@/lib/kernel/expose"'],
  ["lib/installs/mutations.ts", 'import "@/lib/oauth/exchange"'],
  ["lib/installs/mutations.ts", 'import "@/lib/vault/unwrap"'],
  ["lib/oauth/exchange.ts", 'import "@/lib/vault/keys"'],
  ["lib/installs/data.ts", 'import "@/lib/demo/seed"'],
  ["lib/installs/data.ts", 'import "@/lib/demo/testing"'],
  ["lib/access/mutations.ts", 'import "@/lib/doors/action"'],
  ["lib/cycles/data.ts", 'import "@/lib/run/call"'],
  ["lib/cycles/data.ts", 'import "drizzle-orm/sqlite-core"'],
  ["lib/cycles/policy.ts", 'import "@/db/query"'],
  ["lib/partners/loaders.ts", 'import "@/db/client"'],
  ["lib/partners/actions.ts", 'import "@/db/transact"'],
  ["lib/partners/actions.ts", 'import "undici"'],
  ["lib/scripts/sandbox.ts", 'import "@/lib/platform/egress"'],
  ["lib/scripts/sandbox.ts", 'import "@/db/client"'],
  ["lib/scripts/sandbox.ts", 'import "undici"'],
  ["lib/oauth/exchange.ts", 'import "node:https"'],
  ["lib/oauth/exchange.ts", 'import "@/db/client"'],
  ["lib/oauth/exchange.ts", 'import "@/lib/rest/app"'],
  ["lib/run/engine.ts", 'import "drizzle-orm"'],
  ["lib/run/engine.ts", 'import "@/components/ui/button"'],
  ["lib/rest/connectors.ts", 'import "@/lib/catalog/search"'],
  ["lib/rest/connectors.ts", 'import "@/lib/vault/open"'],
  ["lib/rest/connectors.ts", 'import "@/db/client"'],
  // Of a room's capabilities, the API has those that the policies name, and no others.
  ["lib/rest/connectors.ts", 'import "@/lib/run/engine"'],
  ["lib/rest/connectors.ts", 'import "@/lib/oauth/exchange"'],
  ["lib/rest/connectors.ts", 'import "@/lib/custom-connectors/sections"'],
  ["lib/api-clients/data.ts", 'import "@/lib/installs/data"'],
  ["lib/webhooks/mutations.ts", 'import "@/lib/vault/open"'],
  ["lib/custom-connectors/openapi-import.ts", 'import "undici"'],
  ["lib/run/engine.ts", 'import "@/lib/vault/rotate"'],
  ["lib/installs/data.ts", 'import "@/lib/vault/rotate"'],
  ["lib/partners/data.ts", 'import "@/lib/vault/backup"'],
  ["components/cycles/step-card.tsx", 'import "@/lib/cycles/data"'],
  ["components/cycles/step-card.tsx", 'import "@/lib/run/engine"'],
  [".commands/check-connectors.ts", 'import "@/lib/run/call"'],
  [".commands/check-connectors.ts", 'import "@/components/ui/button"'],
  ["db/webhook-outbox.ts", 'import "@/lib/webhooks/mutations"'],
  ["components/ui/button.tsx", 'import "@/components/shell/navigation"'],
  ["components/ui/button.tsx", 'import "@/lib/catalog/types"'],
  ["components/ui/button.tsx", 'import "node:fs"'],
  ["components/fields/field.tsx", 'import "@/components/installs/install-wizard"'],
  ["components/fields/field.tsx", 'import "@/lib/catalog/data"'],
  ["components/installs/wizard.tsx", 'import "@/lib/installs/data"'],
  ["components/installs/wizard.tsx", 'import "@/lib/installs/mutations"'],
  ["components/installs/wizard.tsx", 'import "@/lib/installs/loaders"'],
  ["components/installs/wizard.tsx", 'import "@/lib/platform/env"'],
  ["components/installs/wizard.tsx", 'import "@/lib/vault/open"'],
  ["components/installs/wizard.tsx", 'import "@/db/client"'],
  ["app/(console)/connectors/page.tsx", 'import "@/lib/catalog/data"'],
  ["app/(console)/connectors/page.tsx", 'import "@/lib/catalog/mutations"'],
  ["app/(console)/connectors/page.tsx", 'import "@/db/client"'],
  ["app/(console)/connectors/page.tsx", 'import "@/lib/vault/open"'],
  ["app/(console)/connectors/page.tsx", 'import "@/lib/oauth/exchange"'],
  ["app/(console)/connectors/page.tsx", 'import "node:fs"'],
  ["app/api/live/connections/route.ts", 'import "@/db/client"'],
  ["app/api/live/connections/route.ts", 'import "@/lib/vault/open"'],
  ["app/api/live/connections/route.ts", 'import "undici"'],
  ["server.ts", 'import "@/lib/vault/open"'],
  ["server.ts", 'import "@/components/ui/button"'],
  ["db/client.ts", 'import "@/lib/catalog/data"'],
  ["db/schema/catalog.ts", 'import { AUTH_TYPES } from "@/lib/auth-methods/definition"'],
  ["db/client.ts", 'import "./testing"'],
  ["lib/catalog/data.ts", 'import "./listing.test"'],
  ["lib/catalog/data.ts", 'import "@/e2e/fixtures"'],
  ["lib/catalog/data.ts", 'import "@/app/layout"'],
];

/** Files that don't exist, or match nothing: denied too. */
const UNKNOWN_IMPORTS = [
  ["lib/catalog/data.ts", 'import "@/lib/nowhere/at-all"'],
  ["lib/catalog/data.ts", 'import "@/LICENSE.md"'],
];

/** Each must pass: a gate that reports everything guards nothing either. */
const ALLOWED_IMPORTS = [
  ["lib/kernel/probe.ts", 'import "zod"; import "./ids"'],
  ["lib/auth-methods/probe.ts", 'import "@/lib/kernel/expose"; import "./definition"; import "zod"'],
  ["lib/platform/egress.ts", 'import "undici"; import "node:dns/promises"; import "@/lib/kernel/expose"'],
  ["lib/catalog/data.ts", 'import "@/db/client"; import "@/lib/auth-methods/definition"; import "server-only"'],
  ["lib/oauth/exchange.ts", 'import "@/lib/vault/open"; import "@/lib/kernel/expose"; import "@/lib/platform/egress"'],
  ["lib/run/engine.ts", 'import "@/lib/vault/open"; import "@/lib/scripts/sandbox"'],
  ["lib/access/actions.ts", 'import "@/lib/doors/action"'],
  ["lib/audit/data.test.ts", 'import "@/db/testing"; import "node:http"; import "vitest"'],
  [
    "components/installs/wizard.tsx",
    'import "@/components/ui/button"; import "react"; import "@/lib/installs/actions"; import "@/lib/installs/schema"',
  ],
  [
    "app/(console)/connectors/page.tsx",
    'import "@/components/connectors/library"; import "@/lib/catalog/loaders"; import "next/link"',
  ],
  ["app/api/live/connections/route.ts", 'import "@/lib/installs/data"; import "@/lib/doors/live"'],
  ["db/client.ts", 'import "better-sqlite3"; import "drizzle-orm"; import "@/lib/kernel/ids"'],
  [
    "db/schema/catalog.ts",
    'import type { ConnectorDefinition } from "@/lib/auth-methods/definition"; export type C = ConnectorDefinition',
  ],
  ["server.ts", 'import "@/lib/rest/app"; import "node:http"; import "next"'],
  ["lib/rest/calls.ts", 'import "@/lib/run/call"; import "@/lib/oauth/revoke"; import "@/lib/installs/install-connector"'],
  ["components/cycles/step-card.tsx", 'import "@/lib/cycles/graph"; import "@/lib/cycles/merge"'],
  [".commands/check-connectors.ts", 'import "@/lib/catalog/lint"; import "@/lib/catalog/trial"'],
  [".commands/rotate-key.ts", 'import "@/lib/vault/rotate"'],
  [".commands/backup.ts", 'import "@/lib/vault/backup"'],
];

/** [rule, file, source]: each must be reported by that rule. */
const FORBIDDEN_CODE = [
  ["keyway/environment-in-one-place", "lib/catalog/data.ts", "export const a = process.env.SECRET"],
  ["keyway/environment-in-one-place", "lib/catalog/data.ts", 'export const a = process["env"]'],
  ["keyway/environment-in-one-place", "lib/catalog/data.ts", "export const a = globalThis.process.env"],
  ["keyway/environment-in-one-place", "components/ui/button.tsx", "const { env } = process; export { env }"],
  ["keyway/environment-in-one-place", "lib/access/policy.ts", 'import { env } from "node:process"; export { env }'],
  ["keyway/network-in-one-place", "lib/oauth/exchange.ts", 'export const a = fetch("https://example.com")'],
  ["keyway/network-in-one-place", "lib/oauth/exchange.ts", 'export const a = globalThis.fetch("https://example.com")'],
  ["keyway/network-in-one-place", "lib/oauth/exchange.ts", "const send = fetch; export { send }"],
  ["keyway/network-in-one-place", "app/page.tsx", 'export const a = new WebSocket("wss://example.com")'],
  ["keyway/browser-reads-own-server", "components/ui/button.tsx", 'export const a = fetch("https://example.com")'],
  ["keyway/browser-reads-own-server", "components/ui/button.tsx", "export const a = (url: string) => fetch(url)"],
  ["keyway/browser-reads-own-server", "components/ui/button.tsx", "export const a = (url: string) => window.fetch(url)"],
  [
    "keyway/secret-read-through-expose",
    "lib/run/engine.ts",
    'import { readSecret } from "@/lib/kernel/secret"; export { readSecret }',
  ],
  [
    "keyway/secret-read-through-expose",
    "lib/run/engine.ts",
    'import * as s from "@/lib/kernel/secret"; export const a = s.readSecret',
  ],
  ["keyway/query-is-awaited", "lib/catalog/data.ts", "export const a = (db: any) => db.select().from(1).all()"],
  ["keyway/query-is-awaited", "lib/catalog/data.ts", "export const a = (q: any) => q.get({ id: 1 })"],
  ["keyway/time-from-the-clock", "lib/catalog/data.ts", "export const a = Date.now()"],
  ["keyway/time-from-the-clock", "lib/catalog/data.ts", "export const a = new Date()"],
  ["keyway/tests-all-run", "lib/catalog/data.test.ts", 'it.skip("x", () => {})'],
  ["keyway/tests-all-run", "e2e/library.spec.ts", 'test.describe.only("x", () => {})'],
  ["keyway/imports-are-written-out", "lib/catalog/data.ts", "export const a = import(`@/lib/vault/open`)"],
  ["no-console", "lib/catalog/data.ts", 'console.log("x")'],
  ["no-warning-comments", "lib/catalog/data.ts", "// TODO: later"],
  ["max-lines", "lib/catalog/data.ts", "export {};\n".repeat(451)],
  ["boundaries/no-unknown-files", "lib/attic/data.ts", "export {}"],
  ["@typescript-eslint/no-explicit-any", "lib/catalog/data.ts", "export type A = any"],
];

const ALLOWED_CODE = [
  ["keyway/environment-in-one-place", "lib/platform/env.ts", "export const a = process.env"],
  ["keyway/network-in-one-place", "lib/platform/egress.ts", 'export const a = fetch("https://example.com")'],
  [
    "keyway/browser-reads-own-server",
    "components/ui/button.tsx",
    'export const a = (id: string) => [fetch("/api/live/x"), fetch(`/api/live/x/${id}`)]',
  ],
  [
    "keyway/query-is-awaited",
    "lib/catalog/data.ts",
    'export const a = (m: Map<string, number>) => [m.get("x"), Promise.all([]), [...m.values()]]',
  ],
];

const SOUND = "export const a = 1;\n";
/** [files, what the report must say, or null where nothing may be reported] for the structure check. */
const STRUCTURE = [
  [{ "lib/catalog/utils.ts": SOUND }, "says nothing"],
  [{ "lib/catalog/index.ts": SOUND }, "says nothing"],
  [{ "components/common/x.tsx": SOUND }, "says nothing"],
  [{ "lib/attic/data.ts": SOUND }, "no room"],
  [{ "lib/catalog/deep/data.ts": SOUND }, "no folders"],
  [{ "lib/catalog/searchIndex.ts": SOUND }, "lower case"],
  [{ "lib/catalog/service.ts": SOUND }, "not a kind"],
  [{ "lib/stray.ts": SOUND }, "outside the rooms"],
  [{ "lib/catalog/actions.ts": SOUND }, "begins with"],
  [{ "lib/catalog/search.ts": '"use server";\n' }, "actions.ts only"],
  [{ "components/Wizard.tsx": SOUND }, "outside the folders"],
  [{ "src/x.ts": SOUND }, "no such folder"],
  [{ "notes.txt": "" }, "top level"],
  [{ "lib/catalog/a.ts": 'import "./b";', "lib/catalog/b.ts": 'import "@/lib/catalog/a";' }, "circle: "],
  [
    {
      "lib/catalog/a.ts": 'import "@/lib/installs/b";',
      "lib/installs/b.ts": "",
      "lib/installs/c.ts": 'import type { A } from "../catalog/d";',
      "lib/catalog/d.ts": "",
    },
    "rooms in a circle",
  ],
  [
    {
      "lib/catalog/data.ts": SOUND,
      "lib/catalog/search.ts": SOUND,
      "lib/catalog/actions.ts": '"use server";\n',
      "lib/catalog/data.test.ts": SOUND,
      "components/ui/button.tsx": SOUND,
    },
    null,
  ],
  [{ "lib/catalog/a.ts": 'import type { B } from "./b";', "lib/catalog/b.ts": 'import "./a";' }, null],
];

const eslint = new ESLint({
  cwd: root,
  // Files that don't exist have no types; the three rules that need them have nothing to do with imports.
  overrideConfig: {
    files: ["**/*.{ts,tsx}"],
    languageOptions: { parserOptions: { projectService: false } },
    rules: {
      "@typescript-eslint/no-floating-promises": "off",
      "@typescript-eslint/await-thenable": "off",
      "@typescript-eslint/no-misused-promises": "off",
    },
  },
});

const failures = [];
let passed = 0;
const expect = (holds, sentence) => (holds ? (passed += 1) : failures.push(sentence));
const brief = (source) => source.replaceAll("\n", " ").slice(0, 90);

async function reportsOf(file, source) {
  const [result] = await eslint.lintText(source, { filePath: path.join(root, file) });
  const fatal = result.messages.find((message) => message.fatal);
  if (fatal) throw new Error(`${file}: ${fatal.message}`);
  return result.messages.filter((message) => message.severity === 2);
}

/** An import of a file that isn't there is denied as unknown, which says nothing about the policies. */
const isUnknown = (report) => /origin "local"$/.test(report.message);
const missingTargets = [];

for (const [file, source] of FORBIDDEN_IMPORTS) {
  const reports = (await reportsOf(file, source)).filter((each) => each.ruleId === BOUNDARY);
  if (reports.some(isUnknown)) missingTargets.push(`${file}: ${source}`);
  expect(reports.length > 0, `not reported: ${file}: ${brief(source)}`);
}
for (const [file, source] of UNKNOWN_IMPORTS) {
  const reports = (await reportsOf(file, source)).filter((each) => each.ruleId === BOUNDARY);
  expect(reports.some(isUnknown), `not reported: ${file}: ${brief(source)}`);
}
for (const [file, source] of ALLOWED_IMPORTS) {
  const wrong = (await reportsOf(file, source)).filter((each) => each.ruleId === BOUNDARY);
  expect(wrong.length === 0, `reported though allowed: ${file}: ${wrong.map((each) => each.message).join("; ")}`);
}
for (const each of missingTargets) expect(false, `names a file that isn't there: ${each}`);
for (const [rule, file, source] of FORBIDDEN_CODE) {
  const reports = await reportsOf(file, source);
  expect(
    reports.some((each) => each.ruleId === rule),
    `${rule} did not report ${file}: ${brief(source)}`,
  );
}
for (const [rule, file, source] of ALLOWED_CODE) {
  const reports = await reportsOf(file, source);
  expect(!reports.some((each) => each.ruleId === rule), `${rule} reported though allowed: ${file}: ${brief(source)}`);
}
for (const [tree, sentence] of STRUCTURE) {
  const found = findProblems(Object.keys(tree), (file) => tree[file]).map((each) => each.problem);
  const holds = sentence === null ? found.length === 0 : found.some((each) => each.includes(sentence));
  expect(
    holds,
    `structure of ${Object.keys(tree).join(", ")}: wanted ${sentence ?? "nothing"}, found ${found.join("; ") || "nothing"}`,
  );
}

for (const failure of failures) console.log(failure);
console.log(`probe: ${passed} passed, ${failures.length} failed`);
if (failures.length > 0) process.exit(1);

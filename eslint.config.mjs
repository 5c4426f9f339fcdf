import boundaries from "eslint-plugin-boundaries";
import next from "eslint-config-next/core-web-vitals";
import typescript from "typescript-eslint";
import { files, policies } from "./.commands/boundaries.mjs";
import { rules as houseRules } from "./.commands/lint-rules.mjs";

const SOURCES = ["**/*.{ts,tsx}"];
const TESTS = ["**/*.test.{ts,tsx}", "e2e/**", "bench/**"];

/** @type {import("eslint").Linter.Config[]} */
const config = [
  {
    ignores: [
      "node_modules/",
      ".next*/",
      "dist/",
      "data/",
      "coverage/",
      ".cache/",
      "test-results/",
      "playwright-report/",
      "next-env.d.ts",
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  ...next,
  ...typescript.configs.recommended.map((entry) => ({ ...entry, files: SOURCES })),
  {
    name: "keyway/boundaries",
    files: SOURCES,
    plugins: { boundaries },
    settings: {
      // Without a resolver that knows the paths of tsconfig.json every import is unknown, and the rule has nothing to say.
      "import/resolver": { typescript: { project: `${import.meta.dirname}/tsconfig.json`, alwaysTryTypes: true } },
      "boundaries/root-path": import.meta.dirname,
      "boundaries/files": files,
      "boundaries/dependency-nodes": ["import", "dynamic-import", "export", "require"],
      "boundaries/additional-dependency-nodes": [
        { selector: "TSImportType > Literal, TSImportType Literal", kind: "type", name: "import" },
      ],
      "boundaries/flag-as-external": { unresolvableAlias: false },
      "boundaries/legacy-templates": false,
    },
    rules: {
      "boundaries/dependencies": [
        "error",
        { default: "disallow", checkAllOrigins: true, checkUnknownLocals: true, checkInternals: true, policies },
      ],
      "boundaries/no-unknown-files": "error",
    },
  },
  {
    name: "keyway/house",
    files: SOURCES,
    plugins: { keyway: { rules: houseRules } },
    rules: {
      "keyway/environment-in-one-place": "error",
      "keyway/network-in-one-place": "error",
      "keyway/secret-read-through-expose": "error",
      "keyway/imports-are-written-out": "error",
      "keyway/tests-all-run": "error",
      "no-console": "error",
      "no-eval": "error",
      "no-new-func": "error",
      "no-warning-comments": ["error", { terms: ["todo", "fixme", "xxx"] }],
      "max-lines": ["error", { max: 450, skipBlankLines: true }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_" },
      ],
    },
  },
  { files: ["lib/**"], rules: { "keyway/time-from-the-clock": "error" } },
  { files: ["lib/*/data.ts", "lib/*/mutations.ts"], rules: { "keyway/query-is-awaited": "error" } },
  { files: ["components/**"], rules: { "keyway/network-in-one-place": "off", "keyway/browser-reads-own-server": "error" } },
  // The one helper behind those reads takes the path; its callers are held to write it out.
  { files: ["components/shell/live.ts"], rules: { "keyway/browser-reads-own-server": "off" } },
  // `use` is Playwright's word too, and nothing here is a component.
  {
    files: ["lib/**/*.ts", "db/**", "e2e/**", "bench/**", "server.ts"],
    rules: { "react-hooks/rules-of-hooks": "off", "react-hooks/static-components": "off" },
  },
  { files: ["lib/platform/env.ts", "server.ts", "*.config.ts"], rules: { "keyway/environment-in-one-place": "off" } },
  // Programs of people who use the API: they stand for themselves.
  {
    files: ["docs/examples/**"],
    rules: { "keyway/environment-in-one-place": "off", "keyway/network-in-one-place": "off" },
  },
  { files: ["lib/platform/egress.ts"], rules: { "keyway/network-in-one-place": "off" } },
  { files: ["lib/kernel/secret.ts", "lib/kernel/expose.ts"], rules: { "keyway/secret-read-through-expose": "off" } },
  { files: ["lib/kernel/clock.ts"], rules: { "keyway/time-from-the-clock": "off" } },
  { files: ["server.ts"], rules: { "no-console": "off" } },
  {
    files: [...TESTS, "lib/demo/testing.ts"],
    rules: {
      "keyway/environment-in-one-place": "off",
      "keyway/network-in-one-place": "off",
      "keyway/time-from-the-clock": "off",
      "no-console": "off",
      "max-lines": ["error", { max: 500, skipBlankLines: true }],
    },
  },
  {
    name: "keyway/promises",
    files: ["lib/**/*.ts", "db/**/*.ts", "app/**/*.{ts,tsx}", "components/**/*.tsx", "server.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
    },
  },
];

export default config;

import path from "node:path";
import { z } from "zod";
import { secret, type Secret } from "@/lib/kernel/secret";
import { parseEgressAllow, type EgressAllow } from "./egress-policy";

/** A setting that is missing or can't be used. The message is for the person who starts the server. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** The settings of this process, from its environment variables (`KEYWAY_*`, `HOST`, `PORT`, `NODE_ENV`). */
export interface Env {
  readonly nodeEnv: "development" | "production" | "test";
  readonly production: boolean;
  /** Absolute. */
  readonly dataDir: string;
  /** Absolute path of the SQLite file. */
  readonly databaseFile: string;
  /** The key as base64 text of 32 bytes, where it is given in the environment; read it with {@link decodeMasterKey}. */
  readonly masterKey: Secret | null;
  /** The key before it, while a rotation isn't over. */
  readonly previousMasterKey: Secret | null;
  /** Absolute path of the file that holds the key otherwise. */
  readonly masterKeyFile: string;
  readonly allowGeneratedKey: boolean;
  /** Origin by which browsers and providers reach this server, without a trailing slash. */
  readonly publicUrl: string;
  readonly host: string;
  readonly port: number;
  readonly egressAllow: EgressAllow;
  readonly logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";
  /** Number of proxies in front whose `X-Forwarded-*` may be believed. */
  readonly trustProxy: number;
  readonly oidc: {
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: Secret;
    readonly name: string;
  } | null;
  readonly demo: boolean;
  /** Runs that go on at the same time, of one account and altogether. */
  readonly runsPerAccount: number;
  readonly runsAtOnce: number;
  /** Requests that one webhook takes in a minute. */
  readonly webhooksPerMinute: number;
  /** Requests a minute of one credential set of the REST API; 0 for as many as there are. */
  readonly apiRate: number;
}

/** Reads 32 bytes written as base64, base64url or hexadecimal. Out: the bytes, or null where the text is anything else. */
export function decodeMasterKey(text: string): Buffer | null {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, "hex");
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return null;
  const bytes = Buffer.from(trimmed, "base64");
  return bytes.length === 32 ? bytes : null;
}

const text = z.string().trim().min(1, "is empty").optional();
const flag = z
  .enum(["1", "true", "yes", "on", "0", "false", "no", "off"], "must be 1 or 0")
  .optional()
  .transform((value) => ["1", "true", "yes", "on"].includes(value ?? ""));
const whole = (least: number, most: number, fallback: number) =>
  z
    .string()
    .optional()
    .transform((value, context) => {
      const number = value === undefined ? fallback : Number(value);
      if (Number.isInteger(number) && number >= least && number <= most) return number;
      context.addIssue(`must be a whole number from ${least} to ${most}`);
      return z.NEVER;
    });
const httpUrl = z.url({ protocol: /^https?$/, error: "must be a URL that starts with https:// or http://" });
const origin = httpUrl.optional().transform((value, context) => {
  if (value === undefined) return undefined;
  const url = new URL(value);
  if ((url.pathname === "/" || url.pathname === "") && !url.search && !url.hash && !url.username) return url.origin;
  context.addIssue("must be an origin alone, such as https://keyway.example.com");
  return z.NEVER;
});

const keyText = text.refine((value) => value === undefined || decodeMasterKey(value) !== null, {
  error: "must be 32 bytes, written as base64 or as 64 hexadecimal digits",
});
const keyOf = (value: string | undefined) => (value === undefined ? null : secret(decodeMasterKey(value)!.toString("base64")));

const variables = z.object({
  NODE_ENV: z.enum(["development", "production", "test"], "must be development, production or test").default("development"),
  KEYWAY_DATA_DIR: text,
  KEYWAY_DB: text,
  KEYWAY_MASTER_KEY: keyText,
  KEYWAY_MASTER_KEY_PREVIOUS: keyText,
  KEYWAY_MASTER_KEY_FILE: text,
  KEYWAY_ALLOW_GENERATED_KEY: flag,
  KEYWAY_URL: origin,
  HOST: text,
  PORT: whole(0, 65_535, 3000),
  KEYWAY_EGRESS_ALLOW: z
    .string()
    .default("")
    .transform((value, context) => {
      const parsed = parseEgressAllow(value);
      if (!("invalid" in parsed)) return parsed;
      context.addIssue(`has an entry that is neither a host, host:port nor CIDR: ${parsed.invalid}`);
      return z.NEVER;
    }),
  KEYWAY_LOG_LEVEL: z
    .enum(
      ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
      "must be fatal, error, warn, info, debug, trace or silent",
    )
    .optional(),
  KEYWAY_TRUST_PROXY: whole(0, 10, 0),
  KEYWAY_OIDC_ISSUER: httpUrl.optional(),
  KEYWAY_OIDC_CLIENT_ID: text,
  KEYWAY_OIDC_CLIENT_SECRET: text,
  KEYWAY_OIDC_NAME: text,
  KEYWAY_DEMO: flag,
  KEYWAY_RUNS_PER_ACCOUNT: whole(1, 1000, 5),
  KEYWAY_RUNS_AT_ONCE: whole(1, 1000, 64),
  KEYWAY_WEBHOOKS_PER_MINUTE: whole(1, 10_000_000, 6000),
  KEYWAY_API_RATE: whole(0, 100_000_000, 60_000),
});

function read(source: Readonly<Record<string, string | undefined>>): Env {
  // An empty variable means the same as none: compose files and shells leave them behind.
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    throw new ConfigurationError(parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}.`).join(" "));
  }
  const v = parsed.data;
  const dataDir = path.resolve(/* turbopackIgnore: true */ v.KEYWAY_DATA_DIR ?? "data");
  return Object.freeze({
    nodeEnv: v.NODE_ENV,
    production: v.NODE_ENV === "production",
    dataDir,
    databaseFile: path.resolve(/* turbopackIgnore: true */ v.KEYWAY_DB ?? path.join(dataDir, "keyway.db")),
    masterKey: keyOf(v.KEYWAY_MASTER_KEY),
    previousMasterKey: keyOf(v.KEYWAY_MASTER_KEY_PREVIOUS),
    masterKeyFile: path.resolve(/* turbopackIgnore: true */ v.KEYWAY_MASTER_KEY_FILE ?? path.join(dataDir, "master.key")),
    allowGeneratedKey: v.KEYWAY_ALLOW_GENERATED_KEY,
    publicUrl: v.KEYWAY_URL ?? `http://127.0.0.1:${v.PORT}`,
    host: v.HOST ?? "127.0.0.1",
    port: v.PORT,
    egressAllow: v.KEYWAY_EGRESS_ALLOW,
    logLevel: v.KEYWAY_LOG_LEVEL ?? (v.NODE_ENV === "test" ? "silent" : "info"),
    trustProxy: v.KEYWAY_TRUST_PROXY,
    oidc: oidc(v),
    demo: v.KEYWAY_DEMO,
    runsPerAccount: v.KEYWAY_RUNS_PER_ACCOUNT,
    runsAtOnce: v.KEYWAY_RUNS_AT_ONCE,
    webhooksPerMinute: v.KEYWAY_WEBHOOKS_PER_MINUTE,
    apiRate: v.KEYWAY_API_RATE,
  });
}

function oidc(v: z.output<typeof variables>): Env["oidc"] {
  const needed = {
    KEYWAY_OIDC_ISSUER: v.KEYWAY_OIDC_ISSUER,
    KEYWAY_OIDC_CLIENT_ID: v.KEYWAY_OIDC_CLIENT_ID,
    KEYWAY_OIDC_CLIENT_SECRET: v.KEYWAY_OIDC_CLIENT_SECRET,
  };
  const missing = Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === 3) return null;
  if (missing.length > 0)
    throw new ConfigurationError(`Single sign-on is half set up: ${missing.join(" and ")} must be set too.`);
  return {
    issuer: v.KEYWAY_OIDC_ISSUER!.replace(/\/+$/, ""),
    clientId: v.KEYWAY_OIDC_CLIENT_ID!,
    clientSecret: secret(v.KEYWAY_OIDC_CLIENT_SECRET!),
    name: v.KEYWAY_OIDC_NAME ?? "single sign-on",
  };
}

let held: Env | undefined;

/**
 * The settings of this process, read once: the only place that touches `process.env`. Each bundle reads them for itself, since a
 * secret can be opened only where it was wrapped. Throws {@link ConfigurationError} with a sentence that names each variable at fault.
 */
export const env = (): Env => (held ??= read(process.env));

/** Reads the environment again at the next {@link env} call. For tests. */
export const resetEnv = (): void => {
  held = undefined;
};

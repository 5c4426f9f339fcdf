import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expose } from "@/lib/kernel/expose";
import { ConfigurationError, decodeMasterKey, env, resetEnv } from "./env";

const before = { ...process.env };
const KEY = Buffer.alloc(32, 7);

function given(variables: Record<string, string>): void {
  Object.assign(process.env, variables);
  resetEnv();
}

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (/^(KEYWAY_|HOST$|PORT$)/.test(name)) delete process.env[name];
  resetEnv();
});
afterEach(() => {
  process.env = { ...before };
  resetEnv();
});

describe("env", () => {
  it("has a default for everything", () => {
    expect(env()).toMatchObject({
      dataDir: path.resolve("data"),
      databaseFile: path.resolve("data/keyway.db"),
      masterKey: null,
      masterKeyFile: path.resolve("data/master.key"),
      allowGeneratedKey: false,
      publicUrl: "http://127.0.0.1:3000",
      host: "127.0.0.1",
      port: 3000,
      egressAllow: [],
      trustProxy: 0,
      oidc: null,
      demo: false,
    });
    expect(env()).toBe(env());
  });

  it("derives what follows from the data folder and the port", () => {
    given({
      KEYWAY_DATA_DIR: "/var/keyway",
      PORT: "8080",
      KEYWAY_DEMO: "1",
      KEYWAY_EGRESS_ALLOW: "localhost:9000, 10.0.0.0/8,[::1]:80,*.corp.example",
    });
    expect(env()).toMatchObject({
      databaseFile: "/var/keyway/keyway.db",
      masterKeyFile: "/var/keyway/master.key",
      publicUrl: "http://127.0.0.1:8080",
      demo: true,
    });
    expect(env().egressAllow).toEqual([
      { kind: "host", host: "localhost", port: 9000 },
      { kind: "range", address: "10.0.0.0", bits: 8, port: null },
      { kind: "range", address: "::1", bits: 128, port: 80 },
      { kind: "host", host: "*.corp.example", port: null },
    ]);
  });

  it("takes an empty variable for none", () => {
    given({ KEYWAY_URL: "", KEYWAY_MASTER_KEY: "" });
    expect(env()).toMatchObject({ publicUrl: "http://127.0.0.1:3000", masterKey: null });
  });

  it.each([KEY.toString("hex"), KEY.toString("base64"), KEY.toString("base64url"), ` ${KEY.toString("hex").toUpperCase()}\n`])(
    "reads the master key as %s",
    (text) => {
      given({ KEYWAY_MASTER_KEY: text });
      const key = env().masterKey;
      expect(key && decodeMasterKey(expose(key))).toEqual(KEY);
    },
  );

  it.each([
    ["PORT", "http"],
    ["PORT", "70000"],
    ["KEYWAY_MASTER_KEY", "c2hvcnQ="],
    ["KEYWAY_MASTER_KEY", "not a key at all"],
    ["KEYWAY_URL", "keyway.example.com"],
    ["KEYWAY_URL", "https://keyway.example.com/console"],
    ["KEYWAY_EGRESS_ALLOW", "https://x"],
    ["KEYWAY_EGRESS_ALLOW", "host:99999"],
    ["KEYWAY_LOG_LEVEL", "loud"],
    ["KEYWAY_TRUST_PROXY", "-1"],
    ["KEYWAY_DEMO", "maybe"],
  ])("names %s where its value is %j, and never prints a key", (name, value) => {
    given({ [name]: value });
    expect(env).toThrow(ConfigurationError);
    expect(env).toThrow(name);
    if (name === "KEYWAY_MASTER_KEY") expect(env).not.toThrow(value);
  });

  it("asks for the rest of single sign-on once half of it is there", () => {
    given({ KEYWAY_OIDC_ISSUER: "https://id.example.com/" });
    expect(env).toThrow("KEYWAY_OIDC_CLIENT_ID and KEYWAY_OIDC_CLIENT_SECRET must be set too");
    given({ KEYWAY_OIDC_CLIENT_ID: "keyway", KEYWAY_OIDC_CLIENT_SECRET: "s3cret" });
    expect(env().oidc).toMatchObject({ issuer: "https://id.example.com", clientId: "keyway", name: "single sign-on" });
  });
});

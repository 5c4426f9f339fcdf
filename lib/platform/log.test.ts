import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { secret } from "@/lib/kernel/secret";
import { resetEnv } from "./env";
import { currentRequestId, hideInLog, log, newRequestId, withRequest } from "./log";
import { dropSingleton } from "./singleton";

const lines: string[] = [];
const CANARY = 'canary-"7f3a"/ümlaut';

beforeEach(() => {
  lines.length = 0;
  process.env["KEYWAY_LOG_LEVEL"] = "info";
  resetEnv();
  dropSingleton("log");
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    lines.push(String(chunk));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  delete process.env["KEYWAY_LOG_LEVEL"];
  resetEnv();
  dropSingleton("log");
});

describe("log (S-14)", () => {
  it("writes one JSON object a line, with the request's id", () => {
    const id = newRequestId();
    withRequest(id, () => log().info({ route: "/x" }, "served"));
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "info", requestId: id, route: "/x", msg: "served" });
    expect(id).toMatch(/^req_[0-9A-Za-z]{17,}$/);
    expect(currentRequestId()).toBeNull();
  });

  it("hides a registered value in fields, messages, errors, bindings and encodings", () => {
    withRequest("req_1", () => {
      hideInLog(secret(CANARY));
      log().info({ a: CANARY, deep: { b: [CANARY] }, json: JSON.stringify({ v: CANARY }) }, `with ${CANARY}`);
      log().error({ err: new Error(`failed with ${CANARY}`) });
      log().info({
        a: encodeURIComponent(CANARY),
        b: Buffer.from(`user:${CANARY}`).toString("base64"),
        c: Buffer.from(CANARY).toString("base64url"),
      });
      log().child({ bound: CANARY }).info("child");
    });
    const all = lines.join("");
    for (const part of ["canary", "7f3a", "mlaut", Buffer.from(CANARY).toString("base64").slice(4, 20)])
      expect(all).not.toContain(part);
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  it("blanks fields by name, also outside a request, and never shows a Secret", () => {
    log().info({ password: "hunter22", nested: { access_token: "tok-1" }, key: secret("abcdef-123") });
    log().child({ client_secret: "shh-shh" }).info("x");
    const all = lines.join("");
    for (const value of ["hunter22", "tok-1", "abcdef-123", "shh-shh"]) expect(all).not.toContain(value);
  });

  it("keeps one request's values from another's", () => {
    withRequest("req_1", () => hideInLog(secret("shared-word")));
    withRequest("req_2", () => log().info("shared-word"));
    expect(lines[0]).toContain("shared-word");
  });
});

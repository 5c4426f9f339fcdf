import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { secret } from "@/lib/kernel/secret";
import { resetEnv } from "./env";
import { currentRequestId, log, newRequestId, withRequest } from "./log";
import { dropSingleton } from "./singleton";

const lines: string[] = [];

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

  it("blanks fields by name, also outside a request, and never shows a Secret", () => {
    log().info({ password: "hunter22", nested: { access_token: "tok-1" }, key: secret("abcdef-123") });
    log().child({ client_secret: "shh-shh" }).info("x");
    const all = lines.join("");
    for (const value of ["hunter22", "tok-1", "abcdef-123", "shh-shh"]) expect(all).not.toContain(value);
  });
});

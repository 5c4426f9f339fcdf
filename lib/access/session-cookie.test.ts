import { encode } from "next-auth/jwt";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { sessionOfCookie } from "./session-cookie";
import { setSessionKey } from "./session-key";

const KEY = Buffer.from("a key for session cookies in tests").toString("base64");
const cookie = (sessionId: unknown, maxAge = 3600, secret = KEY) => encode({ token: { sessionId } as never, secret, maxAge });

beforeEach(() => setSessionKey(Buffer.from(KEY, "base64")));

describe("S-50 the cookie of a session", () => {
  it("stands for its session, the first time and when it is remembered", async () => {
    const own = await cookie("session-1");
    expect(await sessionOfCookie(own)).toBe("session-1");
    expect(await sessionOfCookie(own)).toBe("session-1");
    expect(await sessionOfCookie(await cookie("session-2"))).toBe("session-2");
  });

  it("is nothing where it was changed, made with another key, or names no session", async () => {
    const own = await cookie("session-1");
    expect(await sessionOfCookie(`${own.slice(0, -2)}xx`)).toBeNull();
    expect(await sessionOfCookie(await cookie("session-1", 3600, "another key of somebody"))).toBeNull();
    expect(await sessionOfCookie(await cookie(17))).toBeNull();
    expect(await sessionOfCookie("not.a.cookie")).toBeNull();
  });

  it("is over at its end, also where it was remembered", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const own = await cookie("session-3", 60);
      expect(await sessionOfCookie(own)).toBe("session-3");
      // The library allows fifteen seconds for clocks that differ.
      vi.setSystemTime(Date.now() + 76_000);
      expect(await sessionOfCookie(own)).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });
});

import { describe, expect, it } from "vitest";
import { DAY, HOUR } from "@/lib/kernel/clock";
import { connectionState, customerNeededAt, stateChangesAt, type ConnectionFacts } from "./policy";

const NOW = Date.UTC(2026, 2, 12);
const life = { isRefreshable: false, expiresAt: null, refreshExpiresAt: null, refreshObtainedAt: null };
const facts: ConnectionFacts = {
  ...life,
  disabledAt: null,
  needsCredential: true,
  hasCredential: true,
  lastErrorAt: null,
  lastErrorOwner: null,
  lastVerifiedAt: null,
};

describe("when the customer is needed", () => {
  it("never, where nothing ends or the credential renews itself", () => {
    expect(customerNeededAt(life)).toBeNull();
    expect(customerNeededAt({ ...life, isRefreshable: true, expiresAt: NOW + HOUR })).toBeNull();
  });

  it("at the end of a token that can't be renewed, told a week ahead", () => {
    expect(customerNeededAt({ ...life, expiresAt: NOW + 60 * DAY })).toEqual({ at: NOW + 60 * DAY, warnAt: NOW + 53 * DAY });
  });

  it("at the end of a refresh token, and of the access token that it was last good for", () => {
    const renewable = { ...life, isRefreshable: true, expiresAt: NOW, refreshExpiresAt: NOW + 30 * DAY, refreshObtainedAt: NOW };
    expect(customerNeededAt(renewable)).toEqual({ at: NOW + 30 * DAY, warnAt: NOW + 23 * DAY });
    expect(customerNeededAt({ ...renewable, expiresAt: NOW + 31 * DAY })?.at).toBe(NOW + 31 * DAY);
  });

  it("not before half the life of a refresh token, so that one that is replaced every hour is never announced", () => {
    const rolling = { ...life, isRefreshable: true, expiresAt: NOW, refreshExpiresAt: NOW + DAY, refreshObtainedAt: NOW };
    expect(customerNeededAt(rolling)?.warnAt).toBe(NOW + DAY / 2);
  });
});

describe("the state of a connection", () => {
  it.each<[Partial<ConnectionFacts>, string]>([
    [{}, "Connected"],
    [{ disabledAt: NOW }, "Disabled"],
    [{ hasCredential: false }, "NotAuthenticated"],
    [{ hasCredential: false, needsCredential: false }, "Connected"],
    [{ expiresAt: NOW + 8 * DAY }, "Connected"],
    [{ expiresAt: NOW + 6 * DAY }, "Expiring"],
    [{ expiresAt: NOW - 1 }, "NeedsReconnect"],
    [{ expiresAt: NOW + HOUR, isRefreshable: true }, "Connected"],
    [{ isRefreshable: true, refreshExpiresAt: NOW + 2 * DAY, refreshObtainedAt: NOW - 28 * DAY }, "Expiring"],
    [{ isRefreshable: true, refreshExpiresAt: NOW + 29 * DAY, refreshObtainedAt: NOW - DAY }, "Connected"],
    [{ isRefreshable: true, refreshExpiresAt: NOW - 1, refreshObtainedAt: NOW - 28 * DAY }, "NeedsReconnect"],
    [{ lastErrorAt: NOW, lastErrorOwner: "customer" }, "NeedsReconnect"],
    [{ lastErrorAt: NOW, lastErrorOwner: "partner" }, "WaitingOnPartner"],
    [{ lastErrorAt: NOW, lastErrorOwner: "provider" }, "ProviderDown"],
    [{ lastErrorAt: NOW, lastErrorOwner: "policy" }, "Connected"],
    [{ lastErrorAt: NOW - 1, lastErrorOwner: "customer", lastVerifiedAt: NOW }, "Connected"],
  ])("%j: %s", (changed, state) => {
    expect(connectionState({ ...facts, ...changed }, NOW)).toBe(state);
  });
});

describe("the moment at which a state changes by time alone", () => {
  it("is never, where nothing ends", () => expect(stateChangesAt(life, NOW)).toBeNull());

  it("is each moment from which the state is another, and no other", () => {
    const ending = { ...life, expiresAt: NOW + 8 * DAY };
    const seen = [];
    for (let at: number | null = NOW; at !== null; at = stateChangesAt(ending, at))
      seen.push(connectionState({ ...facts, ...ending }, at - 1), connectionState({ ...facts, ...ending }, at));
    expect(seen).toEqual(["Connected", "Connected", "Connected", "Expiring", "Expiring", "NeedsReconnect"]);
  });
});

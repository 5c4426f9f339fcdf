import { describe, expect, it } from "vitest";
import { failureWords, ownerWords, type FailureContext } from "./failure-words";

const customer: FailureContext = {
  provider: "Salesforce",
  partner: "Northwind",
  audience: "customer",
  interactive: true,
  ownClient: false,
};
const partner: FailureContext = { ...customer, audience: "partner" };

const CODES = [
  "popup.blocked",
  "popup.closed",
  "oauth.denied",
  "oauth.scope_missing",
  "oauth.client_rejected",
  "oauth.attempt_expired",
  "provider.unavailable",
];

describe("failureWords", () => {
  it("has its own words and one button for each way to fail", () => {
    const words = CODES.map((code) => failureWords({ code }, customer));
    expect(new Set(words.map((w) => w.title)).size).toBe(CODES.length);
    expect(new Set(words.map((w) => w.text)).size).toBe(CODES.length);
    for (const w of words) expect(w.fixLabel).not.toBe("");
  });

  it("offers this tab where the window was blocked", () => {
    expect(failureWords({ code: "popup.blocked" }, customer)).toMatchObject({ fix: "tab", fixLabel: "Continue in this tab" });
  });

  it("sends the partner to the settings, and asks nothing of a customer, where the partner's app is refused", () => {
    expect(failureWords({ code: "oauth.client_rejected" }, partner)).toMatchObject({ fix: "settings" });
    const told = failureWords({ code: "oauth.client_rejected" }, customer);
    expect(told.fix).toBe("later");
    expect(told.text).toContain("Northwind has to fix it");
  });

  it("lets a customer change the app credentials that are the account's own", () => {
    expect(failureWords({ code: "oauth.client_rejected" }, { ...customer, ownClient: true }).fix).toBe("edit");
    expect(failureWords({ code: "oauth.client_rejected", owner: "customer" }, customer).fix).toBe("edit");
  });

  it("asks for a typed key again, and for a consent again", () => {
    const failure = { code: "provider.rejected", owner: "customer" };
    expect(failureWords(failure, { ...customer, interactive: false }).fix).toBe("edit");
    expect(failureWords(failure, customer).fix).toBe("signIn");
  });

  it("blames nobody but the provider when it is down", () => {
    const words = failureWords({ code: "provider.timeout" }, { ...customer, interactive: false });
    expect(words).toMatchObject({ fix: "test" });
    expect(words.text).toContain("not with what you entered");
  });

  it("repeats which scope is missing", () => {
    const message = "Salesforce did not grant api. Sign in again and leave it ticked.";
    expect(failureWords({ code: "oauth.scope_missing", message }, customer).text).toBe(message);
  });
});

it("says whose a failure is, from where the reader stands", () => {
  expect(ownerWords("customer", customer)).toBe("Yours to fix");
  expect(ownerWords("customer", partner)).toBe("The customer's to fix");
  expect(ownerWords("partner", customer)).toBe("Northwind's to fix");
  expect(ownerWords(null, customer)).toBeNull();
});

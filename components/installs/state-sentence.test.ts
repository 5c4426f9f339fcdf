import { describe, expect, it } from "vitest";
import { CONNECTION_STATES } from "@/lib/installs/constants";
import { stateSentence, type StateFacts } from "./state-sentence";

const NOW = 1_800_000_000_000;
const facts: StateFacts = {
  name: "Sales",
  accountName: "Acme Ltd",
  connectorName: "Salesforce",
  authType: "OAuth2",
  state: "Connected",
  lastError: null,
  lastVerifiedAt: NOW - 2 * 3_600_000,
  customerNeededAt: null,
};
const partner = { audience: "partner", partner: "Northwind" } as const;
const customer = { audience: "customer", partner: "Northwind" } as const;

describe("stateSentence", () => {
  it.each(CONNECTION_STATES)("of %s is one for each reader", (state) => {
    for (const reader of [partner, customer]) {
      expect(stateSentence({ ...facts, state }, reader, NOW)).toMatch(/^[A-Z].*\.$/);
      expect(stateSentence({ ...facts, state }, reader, null)).not.toMatch(/ {2}|undefined|null/);
    }
  });

  it("says when it last worked", () => {
    expect(stateSentence(facts, partner, NOW)).toBe("Salesforce accepted the last call 2 hours ago.");
  });

  it("names the connector that is not authenticated", () => {
    expect(stateSentence({ ...facts, state: "NotAuthenticated" }, partner, NOW)).toBe(
      "Account connector 'Sales' is not authenticated.",
    );
  });

  it("doesn't ask a customer to fix what is the partner's", () => {
    const text = stateSentence({ ...facts, state: "WaitingOnPartner", lastError: "Refused." }, customer, NOW);
    expect(text).toContain("nothing for you to do");
  });

  it("says what to do before an end", () => {
    const text = stateSentence({ ...facts, state: "Expiring", customerNeededAt: NOW + 3 * 86_400_000 }, partner, NOW);
    expect(text).toContain("in 3 days");
    expect(text).toContain("ask Acme Ltd to reconnect");
  });
});

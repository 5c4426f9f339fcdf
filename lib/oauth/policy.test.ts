import { describe, expect, it } from "vitest";
import { fail, ok } from "@/lib/kernel/result";
import { withClientOwner } from "./policy";

const refused = fail("oauth.client_rejected", "Refused.", { details: { owner: "partner", retryable: false } });

describe("withClientOwner", () => {
  it("leaves it to the partner where the partner gave the app", () => {
    expect(withClientOwner(refused, { client_id: "Partner", client_secret: "Partner" })).toBe(refused);
  });

  it.each(["client_secret", "clientId"])("asks the account where it gave %s", (name) => {
    expect(withClientOwner(refused, { [name]: "Account" })).toMatchObject({
      error: { details: { owner: "customer", retryable: false } },
    });
  });

  it("changes nothing else", () => {
    const revoked = fail("oauth.grant_rejected", "Revoked.", { details: { owner: "customer" } });
    expect(withClientOwner(revoked, { client_id: "Account" })).toBe(revoked);
    expect(withClientOwner(ok(1), { client_id: "Account" })).toEqual(ok(1));
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { returnPath } from "./return-path";

describe("S-24 return targets", () => {
  it.each([
    "/accounts/a1/install/slack?id=5&step=check",
    "/portal/a1/install/slack",
    "/connections/12",
    "/connections",
    "/connect/Ab9",
  ])("allows %s", (path) => expect(returnPath(path)).toBe(path));

  it.each([
    "",
    "//evil.example/accounts/",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/accounts/",
    "javascript:alert(1)",
    "/accounts/../../sign-in",
    "/accounts/%2e%2e/%2e%2e/admin",
    "/accounts/\n//evil.example",
    "/accounts/ x",
    "/accounts/#//evil.example",
    "/accounts/\u2044evil",
    "/sign-in?next=//evil.example",
    "/api/auth/signout",
    "/admin/partners",
    "http:/accounts/x",
    "/@evil.example/accounts/",
  ])("refuses %j", (path) => expect(returnPath(path)).toBeNull());

  it("never leaves this origin, whatever is typed", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "/",
        "//",
        "\\",
        "@",
        ":",
        "..",
        "accounts",
        "evil.example",
        "%2f",
        "%5c",
        "\t",
        "?",
        "#",
        "xn--e1awd7f",
        "．",
      ),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        for (const text of [pieces.join(""), `/accounts/${pieces.join("")}`, `/connections${pieces.join("")}`]) {
          const path = returnPath(text);
          if (path !== null) expect(new URL(path, "https://here.example").origin).toBe("https://here.example");
        }
      }),
      { numRuns: 2000 },
    );
  });
});

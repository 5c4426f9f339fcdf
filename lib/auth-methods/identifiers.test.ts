import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isGuid } from "@/lib/kernel/ids";
import { authMethodByGuid, authMethodGuid, methodGuid, nameGuid, sha1 } from "./identifiers";

it("hashes as another implementation does", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      (bytes) => Buffer.from(sha1(bytes)).toString("hex") === createHash("sha1").update(bytes).digest("hex"),
    ),
    { numRuns: 500 },
  );
});

it("gives the version 5 example of RFC 9562 appendix A.4", () => {
  expect(nameGuid("www.example.com", "6ba7b810-9dad-11d1-80b4-00c04fd430c8")).toBe("2ed6657d-e927-568b-95e1-2665a8aea6a2");
});

it("gives each authentication method and method a GUID of its own that stays", () => {
  const all = ["github", "slack"].flatMap((slug) => [
    authMethodGuid(slug, "oauth"),
    authMethodGuid(slug, "api-key"),
    methodGuid(slug, { id: "oauth" }),
  ]);
  expect(new Set(all).size).toBe(6);
  expect(all.every(isGuid)).toBe(true);
  // The API shows it and clients store it: a change here breaks them.
  expect(authMethodGuid("github", "oauth")).toBe("c00865fc-9b3a-5239-999a-4d3d03d4dfe0");
  expect(methodGuid("github", { id: "list-repositories" })).toBe("dcb57e04-2787-547d-8f81-2ea4a8f44952");
  expect(methodGuid("x", { id: "y", uid: "2ed6657d-e927-568b-95e1-2665a8aea6a2" })).toBe("2ed6657d-e927-568b-95e1-2665a8aea6a2");
});

it("finds a method by its GUID in either case", () => {
  const definition = { slug: "github", authMethods: [{ id: "oauth" }, { id: "pat" }] };
  expect(authMethodByGuid(definition, authMethodGuid("github", "pat").toUpperCase())).toEqual({ id: "pat" });
  expect(authMethodByGuid(definition, nameGuid("else"))).toBeUndefined();
});

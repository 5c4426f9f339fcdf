import { createHash } from "node:crypto";
import path from "node:path";
import { expect, it } from "vitest";
import { connectorDefinitionSchema, type ConnectorDefinition, type Parameter } from "@/lib/auth-methods/definition";
import { loadLibrary } from "./connectors/load";

/** What is true of a provider, whatever Keyway writes about it: words, aliases, categories and methods are left out. */
const ofParameter = ({ title: _t, description: _d, example: _e, hidden: _h, enumTitles: _n, ...facts }: Parameter) => facts;
function factsOf({
  slug,
  baseUrl,
  headers,
  query,
  parameters,
  authMethods,
  verification,
  testMethod,
  postConnect,
}: ConnectorDefinition) {
  const methods = authMethods.map(({ title: _t, description: _d, parameters: own, oauth2, ...facts }) => ({
    ...facts,
    parameters: own.map(ofParameter),
    oauth2: oauth2 && { ...oauth2, scopes: oauth2.scopes && { ...oauth2.scopes, titles: undefined } },
  }));
  return {
    slug,
    baseUrl,
    headers,
    query,
    parameters: parameters.map(ofParameter),
    methods,
    verification,
    testMethod,
    postConnect,
  };
}

/** JSON with members in the order of their names. */
const ordered = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(ordered)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, ordered(inner)]),
        )
      : value;

const library = loadLibrary((input) => connectorDefinitionSchema.parse(input), path.resolve(import.meta.dirname, "../.."));
const oauth2 = library.flatMap((d) =>
  d.authMethods.flatMap((m) => (m.oauth2 ? [{ slug: d.slug, method: m, oauth2: m.oauth2 }] : [])),
);
const slugs = (which: (each: (typeof oauth2)[number]) => boolean) => [...new Set(oauth2.filter(which).map(({ slug }) => slug))];

/**
 * A line for each connector: who changes a fact changes its line, and says so. After checking the change against the provider's own
 * documentation: `npx vitest run db/seeds/facts.test.ts -u`.
 */
it("keeps the facts of each connector to the letter", async () => {
  const lines = library.map((d) => {
    const digest = createHash("sha256")
      .update(JSON.stringify(ordered(factsOf(d))))
      .digest("hex");
    return `${d.slug} ${digest.slice(0, 16)}`;
  });
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("facts.digests.txt");
});

it("has the quirks of the providers that have one", () => {
  const scopes = (value: string) => slugs((e) => e.oauth2.scopes?.separator === value);
  expect(scopes(",").length).toBeGreaterThanOrEqual(16);
  expect(scopes("+")).toEqual(expect.arrayContaining(["pennylane", "workable-oauth"]));
  expect(slugs((e) => e.oauth2.tokenEndpointAuthMethod === "client_secret_basic").length).toBeGreaterThanOrEqual(79);
  expect(slugs((e) => e.oauth2.codeChallengeMethod === "none").length).toBeGreaterThanOrEqual(76);
  expect(slugs((e) => e.oauth2.tokenRequest?.format === "json").length).toBeGreaterThanOrEqual(28);
  expect(slugs((e) => e.oauth2.refreshEndpoint !== undefined).length).toBeGreaterThanOrEqual(9);
  expect(slugs((e) => e.oauth2.tokenResponse?.alternateRoot === "authed_user")).toEqual(["slack", "slack-mcp"]);
  expect(slugs((e) => e.oauth2.tokenResponse?.expiresInUnit === "ms")).toEqual(["fiserv"]);
  expect(slugs((e) => e.oauth2.authorizationNames?.client_id === "client_key")).toEqual(["tiktok-accounts", "tiktok-personal"]);
  expect(slugs((e) => e.oauth2.authorizationNames?.redirect_uri === "redirect_url")).toEqual(["printful"]);
  expect(slugs((e) => e.oauth2.codeParameter === "spapi_oauth_code")).toEqual(
    expect.arrayContaining(["amazon-selling-partner", "amazon-selling-partner-beta"]),
  );
  expect(slugs((e) => e.method.lifetime?.source === "fixed").length).toBeGreaterThanOrEqual(4);
});

it("tests a credential where the provider has a request for it", () => {
  expect(library.filter((d) => d.verification !== undefined).length).toBeGreaterThanOrEqual(257);
  expect(library.filter((d) => d.verification !== undefined && d.testMethod !== undefined)).toEqual([]);
  for (const { slug, verification } of library)
    if (verification) expect(verification.url ?? verification.paths?.[0], slug).toMatch(/./);
});

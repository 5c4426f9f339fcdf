import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { missingForCall } from "@/lib/auth-methods/call-values";
import { connectorDefinitionSchema, type ConnectorDefinition } from "@/lib/auth-methods/definition";
import { externalParameters } from "@/lib/auth-methods/registry";
import { resolveValues, VALUES } from "@/lib/auth-methods/resolve";
import type { TemplateValue } from "@/lib/auth-methods/templates";
import { MAPPING_TYPES, type MappingType } from "./constants";
import { effectiveCredential, stepLayer } from "./credential";
import { prerequisites, type ConnectionFacts } from "./policy";
import type { Cycle, CycleStep, SlotMapping } from "./types";

const definition = (authMethods: object[], more: object = {}): ConnectorDefinition =>
  connectorDefinitionSchema.parse({
    slug: "example",
    name: "Example",
    baseUrl: "https://api.example.com",
    methods: [{ id: "list", name: "List", httpMethod: "GET", endpoint: "/list" }],
    authMethods,
    ...more,
  });
const oauth2 = { grant: "AuthorisationCode", authorizationEndpoint: "https://a.example/a", tokenEndpoint: "https://a.example/t" };
const instance = { name: "instance_url", title: "Instance URL", source: "tokenResponse", path: "instance_url" };

/** Each type, the authentication parameters that its steps show, and the same by the names a definition has for them. */
const TYPES: Record<string, { of: ConnectorDefinition; parameters: Record<string, string> }> = {
  None: { of: definition([{ id: "m", type: "None" }]), parameters: {} },
  ApiKey: { of: definition([{ id: "m", type: "ApiKey" }]), parameters: { ApiKey: "apiKey" } },
  Basic: { of: definition([{ id: "m", type: "Basic" }]), parameters: { Username: "username", Password: "password" } },
  OAuth1: {
    of: definition([{ id: "m", type: "OAuth1", oauth1: { requestTokenEndpoint: "https://a.example/r" } }]),
    parameters: { AccessToken: "accessToken", AccessTokenSecret: "accessTokenSecret" },
  },
  OAuth2: {
    of: definition([{ id: "m", type: "OAuth2", oauth2, parameters: [instance] }], { baseUrl: "{{instance_url}}" }),
    parameters: { AccessToken: "accessToken", InstanceUrl: "instance_url" },
  },
  AuthFields: {
    of: definition([
      {
        id: "m",
        type: "AuthFields",
        authFields: [
          { name: "Tenant", key: "tenant", type: "Text" },
          { name: "Pass", key: "pass", type: "Password" },
        ],
      },
    ]),
    parameters: { Tenant: "Tenant", Pass: "Pass" },
  },
};

const mapped = (name: string, mappingType: MappingType | null): SlotMapping => ({
  kind: "Authentication",
  name,
  mappingType,
  value: null,
  secret: null,
  sourceStepId: null,
  sourceField: null,
  variable: null,
  triggerValue: null,
  triggerValueDisplayName: null,
  isLaunchVisible: false,
});

describe("the parameters that each type shows", () => {
  it.each(Object.entries(TYPES))("%s", (_, { of, parameters }) => {
    const method = of.authMethods[0];
    expect(method && externalParameters(of, method).map((p) => p.name)).toEqual(Object.keys(parameters));
  });
});

/** For one authentication parameter: what the run takes, by the sentences of External Authentication. */
function table(facts: {
  mapping: MappingType | null;
  mappedValue: string;
  installed: boolean;
}): "step" | "step, empty" | "installed" | "missing" {
  // "leave the mapping of one or more of the authentication parameters, this will still get used when the cycle runs"
  if (facts.mapping !== null && facts.mapping !== "Ignore") return facts.mappedValue === "" ? "step, empty" : "step";
  // "manually removed/unmapped to use all the authentication values from the installed connector"
  return facts.installed ? "installed" : "missing";
}

const parameterFacts = fc.record({
  mapping: fc.constantFrom<MappingType | null>(null, ...MAPPING_TYPES),
  mappedValue: fc.constantFrom("", "from the run"),
  installed: fc.boolean(),
});

describe("which value a step takes", () => {
  it("agrees with the table, for every type, layer and mapping; toggle and gate don't enter into it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(TYPES)),
        fc.array(parameterFacts, { minLength: 2, maxLength: 2 }),
        fc.boolean(),
        (type, facts, partnerHas) => {
          const entry = TYPES[type];
          const method = entry?.of.authMethods[0];
          if (!entry || !method) throw new Error("no such type");
          const names = Object.entries(entry.parameters);
          const of = (i: number) => facts[i] ?? { mapping: null, mappedValue: "", installed: false };
          const mappings = names.map(([name], i) => mapped(name, of(i).mapping));
          const account = Object.fromEntries(names.flatMap(([, own], i) => (of(i).installed ? [[own, "installed"]] : [])));
          const partner = partnerHas ? { client_id: "p", client_secret: "p" } : {};
          const valueOf = (m: SlotMapping): TemplateValue => of(names.findIndex(([name]) => name === m.name)).mappedValue;
          const layers = { account, partner, step: stepLayer(entry.of, method, mappings, valueOf) };
          const resolved = resolveValues({ definition: entry.of, authMethod: method, layers, representation: VALUES });
          const blocked = missingForCall(resolved, entry.of, method).map((r) => r.name);
          const told = effectiveCredential({
            definition: entry.of,
            authMethod: method,
            stepId: "s",
            layers: { account, partner },
            mappings,
            representation: VALUES,
            mapped: valueOf,
          });
          names.forEach(([name, own], i) => {
            const expected = table(of(i));
            const value = resolved.find((r) => r.name === own);
            const source = told.find((c) => c.name === name)?.source;
            expect(source, `${type} ${name}`).toBe(
              expected.startsWith("step") ? "Step" : expected === "installed" ? "Account" : "Missing",
            );
            expect(value?.source).toBe(expected.startsWith("step") ? "Step" : expected === "installed" ? "Account" : "Missing");
            if (expected === "step, empty") expect(blocked, "an empty mapping fails by name").toContain(own);
            if (expected === "step" || expected === "installed") expect(blocked).not.toContain(own);
          });
        },
      ),
      { numRuns: 600 },
    );
  });
});

const step = (more: Partial<CycleStep>): CycleStep => ({
  id: "s",
  cycleId: "c",
  kind: "Action",
  alias: "s",
  name: "Call",
  description: null,
  trigger: null,
  accountConnectorId: 1,
  methodId: "list",
  useExternalAuthentication: false,
  script: null,
  errorAction: null,
  collectionSplitType: null,
  rawBody: null,
  operator: null,
  delay: null,
  positionLeft: 0,
  positionTop: 0,
  mappings: [],
  ...more,
});

describe("whether a cycle may run", () => {
  it("needs an authenticated connector for every step whose toggle is not on, or is not allowed", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(TYPES)),
        fc.boolean(),
        fc.boolean(),
        fc.array(fc.record({ on: fc.boolean(), isMapped: fc.boolean() }), { minLength: 1, maxLength: 3 }),
        (type, isExternalAllowed, hasCredential, steps) => {
          const entry = TYPES[type];
          const authMethod = entry?.of.authMethods[0];
          if (!entry || !authMethod) throw new Error("no such type");
          const names = Object.keys(entry.parameters);
          const given = Object.fromEntries(Object.values(entry.parameters).map((name) => [name, true]));
          const connection: ConnectionFacts = {
            id: 1,
            name: "Example",
            definition: entry.of,
            authMethod,
            hasCredential,
            isDisabled: false,
            state: hasCredential ? "Connected" : "NotAuthenticated",
            connectorName: "Example",
            connectorSlug: "example",
            iconUrl: null,
            update: null,
            account: hasCredential ? given : {},
            partner: { client_id: true, client_secret: true },
          };
          const all = [
            step({ id: "t", alias: "trigger", kind: "Trigger", trigger: "Webhook" }),
            ...steps.map(({ on, isMapped }, i) =>
              step({
                id: `s${i}`,
                alias: `s${i}`,
                useExternalAuthentication: on,
                mappings: isMapped
                  ? names.map((name) => ({ ...mapped(name, "StepOutput"), sourceStepId: "t", sourceField: name }))
                  : [],
              }),
            ),
          ];
          const edges = steps.map((_, i) => ({
            id: `e${i}`,
            headStepId: all[i]?.id,
            tailStepId: all[i + 1]?.id,
            type: "Forward",
          }));
          const cycle = { id: "c", steps: all, edges, variables: [] } as unknown as Cycle;
          const found = prerequisites({ cycle, connections: new Map([[1, connection]]), isExternalAllowed });
          // "will remove the restriction of requiring the connector to be authenticated", for the step whose toggle is on.
          const needs = type !== "None" && !hasCredential && steps.some((s) => !(s.on && isExternalAllowed));
          expect(found.some((p) => p.code === 20)).toBe(needs);
          const asks = !hasCredential && isExternalAllowed && names.length > 0 && steps.some((s) => s.on && !s.isMapped);
          expect(found.some((p) => p.code === 40)).toBe(asks);
          expect(found.every((p) => p.code === 20 || p.code === 40)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

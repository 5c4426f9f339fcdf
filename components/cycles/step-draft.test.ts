import { describe, expect, it } from "vitest";
import type { Mapping, Slot, StepSetup } from "@/lib/cycles/types";
import {
  badgeOf,
  draftOf,
  inputOf,
  isDirty,
  isShown,
  missingSlots,
  NO_EDITS,
  slotKey,
  unknownReferences,
  withType,
} from "./step-draft";

const NONE: Mapping = {
  mappingType: null,
  value: null,
  secret: null,
  sourceStepId: null,
  sourceField: null,
  variable: null,
  triggerValue: null,
  triggerValueDisplayName: null,
  isLaunchVisible: false,
};

const slot = (over: Partial<Slot>): Slot => ({
  kind: "Field",
  name: "email",
  title: "Email",
  description: null,
  required: true,
  secret: false,
  dataType: "Text",
  target: "email",
  values: [],
  defaultValue: null,
  lookup: null,
  mapping: NONE,
  ...over,
});

const token = slot({ kind: "Authentication", name: "AccessToken", title: "Access token", secret: true });

const setupOf = (over: Partial<StepSetup>): StepSetup =>
  ({
    step: { name: "Create contact", rawBody: null },
    operands: [],
    parameters: [],
    fields: [slot({})],
    authentication: [],
    effectiveCredential: [],
    externalAuthentication: { isAllowed: true, isOn: true, stillMapped: [], hasParameters: true },
    sources: [{ stepId: "t", alias: "webhook", name: "Webhook", number: 1, fields: [] }],
    variables: [],
    ...over,
  }) as unknown as StepSetup;

const typed = (value: string) => ({ ...draftOf(slot({}), NO_EDITS), mappingType: "StaticValue" as const, value });

describe("edits", () => {
  it("are dirty only while they differ from what is saved", () => {
    const setup = setupOf({});
    expect(isDirty(setup, NO_EDITS)).toBe(false);
    expect(isDirty(setup, { slots: { [slotKey(slot({}))]: typed("a") }, step: {} })).toBe(true);
    expect(
      isDirty(setup, { slots: { [slotKey(slot({}))]: draftOf(slot({}), NO_EDITS) }, step: { name: "Create contact" } }),
    ).toBe(false);
    expect(isDirty(setup, { slots: {}, step: { name: "Other" } })).toBe(true);
  });

  it("of slots that are gone don't count", () => {
    expect(isDirty(setupOf({ fields: [] }), { slots: { "Field:email": typed("a") }, step: {} })).toBe(false);
  });

  it("survive new slots, and go out with every one of them", () => {
    const setup = setupOf({ authentication: [token] });
    const edits = { slots: { "Field:email": typed("a") }, step: {} };
    expect(inputOf(setup, edits).mappings.map((m) => [m.kind, m.name, m.value])).toEqual([
      ["Field", "email", "a"],
      ["Authentication", "AccessToken", null],
    ]);
  });

  it("keep a stored secret that isn't touched, and let it go with its mapping type", () => {
    const stored = slot({ ...token, mapping: { ...NONE, mappingType: "StaticValue", secret: { last4: "9f3a" } } });
    const draft = draftOf(stored, NO_EDITS);
    expect(draft).toMatchObject({ keepSecret: true, value: null });
    expect(withType(stored, draft, "StepOutput").keepSecret).toBe(false);
    expect(withType(stored, withType(stored, draft, "StepOutput"), "StaticValue").keepSecret).toBe(true);
  });
});

describe("missing values", () => {
  const names = (setup: StepSetup, edits = NO_EDITS) => missingSlots(setup, edits).map((s) => s.name);
  it("are required slots that say nothing, and mappings that are begun", () => {
    expect(names(setupOf({}))).toEqual(["email"]);
    expect(names(setupOf({}), { slots: { "Field:email": typed("a") }, step: {} })).toEqual([]);
    expect(names(setupOf({ fields: [slot({ required: false })] }), { slots: { "Field:email": typed("") }, step: {} })).toEqual([
      "email",
    ]);
  });

  it("are no fields where the body is typed", () => {
    expect(names(setupOf({}), { slots: {}, step: { rawBody: "{}" } })).toEqual([]);
  });

  it("are authentication parameters that no layer has, while the switch is on", () => {
    const missing = { name: "AccessToken", title: "Access token", source: "Missing", used: true, isSensitive: true } as const;
    const fields: Slot[] = [];
    expect(names(setupOf({ fields, authentication: [token], effectiveCredential: [missing] }))).toEqual(["AccessToken"]);
    expect(names(setupOf({ fields, authentication: [token], effectiveCredential: [{ ...missing, source: "Account" }] }))).toEqual(
      [],
    );
  });
});

it("shows what is required or says something", () => {
  expect(isShown(slot({}), NO_EDITS)).toBe(true);
  expect(isShown(slot({ required: false }), NO_EDITS)).toBe(false);
  expect(isShown(slot({ required: false, mapping: { ...NONE, mappingType: "Ignore" } }), NO_EDITS)).toBe(true);
});

it("finds merge fields that lead nowhere", () => {
  expect(unknownReferences("{{webhook.a}} {{gone.b}} {{variables.x}} {{run.id}}", setupOf({}))).toEqual(["gone", "variables.x"]);
});

describe("the badge of a credential's value", () => {
  const source = { name: "AccessToken", title: "Access token", source: "Step", used: true, isSensitive: true } as const;
  it("is Run where each run brings another, Step where it is fixed", () => {
    expect(badgeOf(source, { ...typed(""), mappingType: "StepOutput" })).toBe("Run");
    expect(badgeOf(source, typed("Bearer {{webhook.token}}"))).toBe("Run");
    expect(badgeOf(source, typed("fixed"))).toBe("Step");
  });
  it("is the layer below where nothing is mapped, and unsaved where the mapping is about to go", () => {
    expect(badgeOf({ ...source, source: "Account" }, draftOf(token, NO_EDITS))).toBe("Account");
    expect(badgeOf(source, draftOf(token, NO_EDITS))).toBe("Unsaved");
  });
});

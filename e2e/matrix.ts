import { readdirSync } from "node:fs";
import path from "node:path";
import type { Who } from "./fixtures";

/** Whose object a request is about. `crossed`: the own account, with an object of its sibling. */
export type Owner = "own" | "sibling" | "other" | "crossed" | "unknown";

/** The ids of one owner's objects, as they stand in addresses and inputs. */
export interface Ids {
  readonly partner: string;
  readonly account: string;
  readonly connection: number;
  readonly connector: string;
  readonly partnerMember: string;
  readonly accountMember: string;
  readonly partnerInvitation: string;
  readonly accountInvitation: string;
  readonly attempt: string;
  readonly callback: string;
  /** Unique identifier of a connector of the partner's own. */
  readonly custom: string;
  readonly session: string;
  /** A connect link: its id, and the part of it that stands in its address. */
  readonly link: string;
  readonly publicLink: string;
  /** A cycle, one of its steps after the trigger, and the edge between the two. */
  readonly cycle: string;
  readonly step: string;
  readonly edge: string;
  /** A transaction, and the cycle it is of. */
  readonly transaction: string;
  readonly running: string;
  /** A name that only the owner may read. */
  readonly name: string;
}

/** Who may, of Northwind's team, of Acme's people, of Birch's and of Fabrikam's; the object's owner decides for the rest. */
export interface Rule {
  readonly northwind?: readonly Who[];
  readonly acme?: readonly Who[];
  readonly birch?: readonly Who[];
  readonly fabrikam?: boolean;
  readonly administrator?: boolean;
}

const TEAM: readonly Who[] = ["owner", "editor", "viewer"];
const WRITERS: readonly Who[] = ["owner", "editor"];
const team: Rule = { northwind: TEAM, fabrikam: true };
const writers: Rule = { northwind: WRITERS, fabrikam: true };
const owners: Rule = { northwind: ["owner"], fabrikam: true };
const account: Rule = { ...team, acme: ["acmeAdministrator", "acmeStandard"], birch: ["birchAdministrator"] };
const accountWriters: Rule = { ...writers, acme: ["acmeAdministrator"], birch: ["birchAdministrator"] };
const administrator: Rule = { administrator: true };
const everyone: Rule = { ...account, administrator: true };

const MEMBER_OF: Partial<Record<Who, keyof Omit<Rule, "fabrikam" | "administrator">>> = {
  owner: "northwind",
  editor: "northwind",
  viewer: "northwind",
  acmeAdministrator: "acme",
  acmeStandard: "acme",
  birchAdministrator: "birch",
};

/** Whether the object is one of this person's, or of the account or partner that they belong to. */
export function isTheirs(who: Who, owner: Owner): boolean {
  if (who === "otherPartner") return owner === "other";
  const place = MEMBER_OF[who];
  if (place === "northwind") return owner === "own" || owner === "sibling";
  return (place === "acme" && owner === "own") || (place === "birch" && owner === "sibling");
}

/** Whether the person's role allows it at all, whosever the object is. */
export function hasRight(rule: Rule, who: Who): boolean {
  if (who === "administrator") return rule.administrator === true;
  if (who === "otherPartner") return rule.fabrikam === true;
  const place = MEMBER_OF[who];
  return place !== undefined && (rule[place] ?? []).includes(who);
}

export interface Address {
  /** Below app/. */
  readonly file: string;
  readonly url: (ids: Ids) => string;
  readonly rule: Rule;
  /** Whether the address names somebody's object. */
  readonly named: boolean;
  /** Open to people without a session. */
  readonly open?: boolean;
}

const page = (file: string, rule: Rule, url: (ids: Ids) => string, named = url.length > 0): Address => ({
  file: `${file}/page.tsx`,
  url,
  rule,
  named,
});
const plain = (file: string, url: string, rule: Rule): Address => page(file, rule, () => url, false);

/** A tab of the editor of a connector of the partner's own. */
const custom = (folder: string, tab: string): Address =>
  page(
    `(console)/connectors/custom/[uid]${folder && `/${folder}`}`,
    team,
    (o) => `/connectors/custom/${o.custom}${tab && `/${tab}`}`,
  );

/** Every page of the console, the portal and the administration, with whom it is for. */
export const PAGES: readonly Address[] = [
  plain("(admin)/admin/audit", "/admin/audit", administrator),
  plain("(admin)/admin/health", "/admin/health", administrator),
  plain("(admin)/admin/partners", "/admin/partners", administrator),
  page("(admin)/admin/partners/[partnerId]", administrator, (o) => `/admin/partners/${o.partner}`),
  page("(console)/accounts/[accountId]/install/[slug]", writers, (o) => `/accounts/${o.account}/install/${o.connector}`),
  page("(console)/accounts/[accountId]/install", writers, (o) => `/accounts/${o.account}/install`),
  page("(console)/accounts/[accountId]", team, (o) => `/accounts/${o.account}`),
  plain("(console)/accounts", "/accounts", team),
  page("(console)/connections/[id]/activity", team, (o) => `/connections/${o.connection}/activity`),
  page("(console)/connections/[id]/credentials", team, (o) => `/connections/${o.connection}/credentials`),
  page("(console)/connections/[id]/methods", team, (o) => `/connections/${o.connection}/methods`),
  page("(console)/connections/[id]", team, (o) => `/connections/${o.connection}`),
  page("(console)/connections/[id]/settings", team, (o) => `/connections/${o.connection}/settings`),
  page("(console)/connections/[id]/where-used", team, (o) => `/connections/${o.connection}/where-used`),
  plain("(console)/connections", "/connections", team),
  plain("(console)/connectors/[slug]/authentication", "/connectors/pipedrive/authentication", team),
  plain("(console)/connectors/[slug]/methods", "/connectors/pipedrive/methods", team),
  plain("(console)/connectors/[slug]", "/connectors/sandbox-crm-oauth", team),
  plain("(console)/connectors/[slug]/releases", "/connectors/pipedrive/releases", team),
  plain("(console)/connectors/[slug]/where-used", "/connectors/sandbox-crm-api-key/where-used", team),
  plain("(console)/connectors/custom", "/connectors/custom", team),
  plain("(console)/connectors/custom/import", "/connectors/custom/import", writers),
  ...[
    "",
    "authentication",
    "parameters",
    "methods",
    "methods/new",
    "lookups",
    "rate-limits",
    "script",
    "try-it",
    "releases",
    "json",
  ].map((tab) => custom(tab, tab)),
  custom("methods/[methodId]", "methods/list-contacts"),
  plain("(console)/connectors/guides/[slug]", "/connectors/guides/salesforce", team),
  plain("(console)/connectors/guides", "/connectors/guides", team),
  plain("(console)/connectors/script-testing", "/connectors/script-testing", writers),
  plain("(console)/connectors", "/connectors", team),
  page("(console)/cycles/[id]/(builder)", team, (o) => `/cycles/${o.cycle}`),
  page("(console)/cycles/[id]/(builder)/steps/[stepId]", team, (o) => `/cycles/${o.cycle}/steps/${o.step}`),
  page("(console)/cycles/[id]/runs/[transactionId]", team, (o) => `/cycles/${o.running}/runs/${o.transaction}`),
  page("(console)/cycles/[id]/runs", team, (o) => `/cycles/${o.cycle}/runs`),
  plain("(console)/cycles", "/cycles", team),
  plain("(console)/dashboard", "/dashboard", team),
  plain("(console)/settings/api", "/settings/api", team),
  plain("(console)/settings/audit", "/settings/audit", team),
  plain("(console)/settings/branding", "/settings/branding", team),
  plain("(console)/settings/features", "/settings/features", team),
  plain("(console)/settings/people", "/settings/people", team),
  plain("(console)/settings/profile", "/settings/profile", team),
  page("(portal)/portal/[accountId]/install/[slug]", accountWriters, (o) => `/portal/${o.account}/install/${o.connector}`),
  page("(portal)/portal/[accountId]/install", accountWriters, (o) => `/portal/${o.account}/install`),
  page("(portal)/portal/[accountId]", account, (o) => `/portal/${o.account}`),
];

/** Pages that send on, or that anybody may open: what they show is proved by the address or the browser itself. */
export const OPEN_PAGES: readonly Address[] = [
  { ...plain("(public)/sign-in", "/sign-in", everyone), open: true },
  { ...page("(public)/invitation/[token]", everyone, () => "/invitation/not-a-token", true), open: true },
  {
    ...plain("account/signinwithtoken", "/account/signinwithtoken", everyone),
    open: true,
  },
  { ...page("connector/result/[attemptId]", everyone, (o) => `/connector/result/${o.attempt}`), open: true },
  { ...page("connect/[publicId]", everyone, (o) => `/connect/${o.publicLink}`), open: true },
  {
    ...plain("connectorauth/updateaccountconnectoroauth", "/connectorauth/updateaccountconnectoroauth", everyone),
    open: true,
  },
  plain("(portal)/portal", "/portal", account),
  { ...plain(".", "/", everyone), file: "page.tsx" },
];

export interface Handler {
  readonly file: string;
  readonly url: (ids: Ids) => string;
  readonly methods: readonly string[];
  readonly rule: Rule;
  readonly named: boolean;
  /** No session is asked for: the request carries its own proof. */
  readonly ownProof?: boolean;
}

/** Every route handler. */
export const HANDLERS: readonly Handler[] = [
  {
    file: "api/auth/[...nextauth]/route.ts",
    url: () => "/api/auth/csrf",
    methods: ["GET", "POST"],
    rule: everyone,
    named: false,
    ownProof: true,
  },
  {
    file: "api/live/attempts/[attemptId]/route.ts",
    url: (o) => `/api/live/attempts/${o.attempt}`,
    methods: ["GET"],
    rule: everyone,
    named: true,
    ownProof: true,
  },
  {
    file: "api/live/connections/[id]/route.ts",
    url: (o) => `/api/live/connections/${o.connection}?account=${o.account}`,
    methods: ["GET"],
    rule: accountWriters,
    named: true,
  },
  {
    file: "api/custom-connectors/[uid]/export/route.ts",
    url: (o) => `/api/custom-connectors/${o.custom}/export`,
    methods: ["GET"],
    rule: team,
    named: true,
  },
  {
    file: "api/live/imports/[id]/route.ts",
    url: () => "/api/live/imports/unknown",
    methods: ["GET"],
    rule: writers,
    named: false,
    ownProof: true,
  },
  {
    // For the people of the partner and of all its accounts: a session is asked for, a role isn't.
    file: "api/icons/[uid]/route.ts",
    url: (o) => `/api/icons/${o.custom}`,
    methods: ["GET"],
    rule: everyone,
    named: true,
    ownProof: true,
  },
  {
    file: "api/live/connections/[id]/lookups/[name]/route.ts",
    url: (o) => `/api/live/connections/${o.connection}/lookups/Contacts?account=${o.account}`,
    methods: ["GET"],
    rule: accountWriters,
    named: true,
  },
  { file: "api/live/accounts/route.ts", url: () => "/api/live/accounts?q=l", methods: ["GET"], rule: team, named: false },
  { file: "api/live/library/route.ts", url: () => "/api/live/library", methods: ["GET"], rule: team, named: false },
  { file: "api/live/transactions/route.ts", url: () => "/api/live/transactions", methods: ["GET"], rule: team, named: false },
  {
    file: "api/live/transactions/[id]/route.ts",
    url: (o) => `/api/live/transactions/${o.transaction}`,
    methods: ["GET"],
    rule: team,
    named: true,
  },
  { file: "api/live/search/route.ts", url: () => "/api/live/search?q=l", methods: ["GET"], rule: team, named: false },
  {
    file: "connector/callback/[id]/route.ts",
    url: (o) => `/connector/callback/${o.callback}`,
    methods: ["GET", "POST"],
    rule: everyone,
    named: true,
    ownProof: true,
  },
];

export interface Action {
  readonly rule: Rule;
  readonly input: (ids: Ids) => unknown;
  /** The input names somebody's object. */
  readonly named: boolean;
  /** The input also names an object inside the account: it may not be another account's. */
  readonly inner?: boolean;
  /** Reads or changes nothing but the person's own. */
  readonly self?: boolean;
  /** No session is asked for. */
  readonly ownProof?: boolean;
}

const inAccount = (rule: Rule, more: (ids: Ids) => object, inner: boolean): Action => ({
  rule,
  named: true,
  inner,
  input: (o) => ({ accountId: o.account, ...more(o) }),
});
/** For whoever holds a connect link: the link and the browser that typed its token are the proof. */
const linkHolder = (more: () => object): Action => ({
  rule: everyone,
  named: false,
  ownProof: true,
  input: (o) => ({ publicId: o.publicLink, ...more() }),
});
const inCycle = (more: (ids: Ids) => object = () => ({})): Action =>
  inAccount(writers, (o) => ({ cycleId: o.cycle, ...more(o) }), true);
const ofCustom = (more: (ids: Ids) => object): Action => ({
  rule: writers,
  named: true,
  input: (o) => ({ uid: o.custom, ...more(o) }),
});
const details = { description: "", name: "Renamed by the matrix" };

/** Every server action, with whom it is for and an input that is right but for whose object it names. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  acceptInvitationAction: {
    rule: everyone,
    named: false,
    ownProof: true,
    input: () => ({ token: "not-a-token", name: "N", password: "a-password-1" }),
  },
  changePasswordAction: {
    rule: everyone,
    named: false,
    self: true,
    input: () => ({ current: "not the password", next: "another-password-1" }),
  },
  revokeSessionAction: { rule: everyone, named: true, self: true, input: (o) => ({ sessionId: o.session }) },
  saveSetupAction: { rule: writers, named: false, input: () => ({ slug: "sandbox-crm-oauth", values: {} }) },
  createApiClientAction: { rule: owners, named: false, input: () => ({ name: "Made by the matrix", access: "read" }) },
  deleteApiClientAction: { rule: owners, named: false, input: () => ({ id: "00000000-0000-4000-8000-000000000000" }) },
  createEndpointAction: {
    rule: owners,
    named: false,
    input: () => ({ url: "https://hooks.example/x", events: ["connector.installed"] }),
  },
  deleteEndpointAction: { rule: owners, named: false, input: () => ({ id: "00000000-0000-4000-8000-000000000000" }) },
  replaceSecretAction: { rule: owners, named: false, input: () => ({ id: "00000000-0000-4000-8000-000000000000" }) },
  sendAgainAction: { rule: owners, named: false, input: () => ({ id: "00000000-0000-4000-8000-000000000000" }) },
  revokeTokenAction: { rule: owners, named: false, input: () => ({ id: "00000000-0000-4000-8000-000000000000" }) },
  saveApiRangesAction: { rule: owners, named: false, input: () => ({ apiRanges: "" }) },
  saveTargetOriginsAction: {
    rule: owners,
    named: false,
    input: () => ({ targetOrigins: "http://127.0.0.1:3201", startsAutomatically: false }),
  },
  saveBrandingAction: { rule: owners, named: false, input: () => ({ displayName: "Northwind" }) },
  createCustomConnectorAction: { rule: writers, named: false, input: () => ({ name: "Made by the matrix" }) },
  cloneConnectorAction: { rule: writers, named: false, input: () => ({ slug: "pipedrive", name: "Cloned by the matrix" }) },
  startImportAction: { rule: writers, named: false, input: () => ({ text: "openapi: 3.1.0" }) },
  finishImportAction: { rule: writers, named: false, input: () => ({ importId: "unknown", name: "Imported by the matrix" }) },
  importDefinitionAction: { rule: writers, named: false, input: () => ({ text: "{}" }) },
  saveSectionAction: ofCustom(() => ({ base: "-", section: "script", value: { script: "// changed by the matrix" } })),
  saveMethodAction: ofCustom(() => ({ base: "-", methodId: null, method: { name: "x", httpMethod: "GET", endpoint: "/x" } })),
  removeMethodAction: ofCustom(() => ({ base: "-", methodId: "list-contacts" })),
  saveDefinitionAction: ofCustom(() => ({ base: "-", text: "{}" })),
  publishAction: ofCustom(() => ({ base: "-", kind: "minor" })),
  discardDraftAction: ofCustom(() => ({})),
  deleteCustomConnectorAction: ofCustom(() => ({})),
  upgradeInstallsAction: ofCustom(() => ({ ids: null })),
  tryDraftAction: ofCustom(() => ({ authMethodId: "api-key", methodId: "list-contacts", values: {} })),
  testScriptAction: {
    rule: writers,
    named: false,
    input: () => ({ event: "before_action", script: "function before_action() { return true; }", variables: "{}" }),
  },
  createAccountAction: { rule: writers, named: false, input: () => ({ name: "Made by the matrix" }) },
  createPartnerAction: {
    rule: administrator,
    named: false,
    input: () => ({ name: "Made by the matrix", ownerEmail: "matrix@new.example" }),
  },
  setExternalAuthenticationAction: { rule: administrator, named: false, input: (o) => ({ partnerId: o.partner, on: false }) },
  setPartnerDisabledAction: { rule: administrator, named: false, input: (o) => ({ partnerId: o.partner, on: false }) },
  invitePartnerAction: { rule: owners, named: false, input: () => ({ email: "matrix@northwind.example", role: "viewer" }) },
  changePartnerRoleAction: { rule: owners, named: true, input: (o) => ({ membershipId: o.partnerMember, role: "viewer" }) },
  removePartnerMemberAction: { rule: owners, named: true, input: (o) => ({ membershipId: o.partnerMember }) },
  revokePartnerInvitationAction: { rule: owners, named: true, input: (o) => ({ invitationId: o.partnerInvitation }) },
  updateAccountAction: inAccount(writers, () => ({ name: "Renamed by the matrix" }), false),
  deleteAccountAction: inAccount(writers, () => ({}), false),
  inviteAccountAction: inAccount(owners, () => ({ email: "matrix@acme.example", role: "standard" }), false),
  changeAccountRoleAction: inAccount(owners, (o) => ({ membershipId: o.accountMember, role: "standard" }), true),
  removeAccountMemberAction: inAccount(owners, (o) => ({ membershipId: o.accountMember }), true),
  revokeAccountInvitationAction: inAccount(owners, (o) => ({ invitationId: o.accountInvitation }), true),
  installAction: inAccount(
    accountWriters,
    (o) => ({ ...details, name: "Made by the matrix", slug: o.connector, authMethodId: "api-key", values: {}, later: true }),
    false,
  ),
  updateInstallAction: inAccount(accountWriters, (o) => ({ id: o.connection, ...details }), true),
  saveValuesAction: inAccount(
    accountWriters,
    (o) => ({ id: o.connection, values: { apiKey: { set: "k".repeat(20) } }, purpose: "signIn" }),
    true,
  ),
  setDisabledAction: inAccount(writers, (o) => ({ id: o.connection, disabled: false }), true),
  startAttemptAction: inAccount(
    accountWriters,
    (o) => ({ id: o.connection, returnTo: { kind: "tab", path: `/portal/${o.account}` } }),
    true,
  ),
  createLinkAction: inAccount(accountWriters, (o) => ({ id: o.connection, minutes: 5 }), true),
  revokeLinkAction: inAccount(accountWriters, (o) => ({ id: o.connection, linkId: o.link }), true),
  openLinkAction: linkHolder(() => ({ token: "0000-0000-0000-0000" })),
  linkStartAction: linkHolder(() => ({ kind: "tab" })),
  linkSaveAction: linkHolder(() => ({ values: { apiKey: { set: "k".repeat(20) } }, purpose: "signIn" })),
  linkVerifyAction: linkHolder(() => ({})),
  startConnectorAuthAction: {
    rule: everyone,
    named: false,
    ownProof: true,
    input: () => ({ id: 1, token: "a-token-that-nobody-was-given", targetOrigin: "https://nowhere.example" }),
  },
  retryConnectorAuthAction: { rule: everyone, named: false, ownProof: true, input: (o) => ({ attemptId: o.attempt }) },
  deauthenticateAction: inAccount(accountWriters, (o) => ({ id: o.connection }), true),
  uninstallAction: inAccount(accountWriters, (o) => ({ id: o.connection }), true),
  callMethodAction: inAccount(accountWriters, (o) => ({ id: o.connection, methodId: "list-contacts" }), true),
  createCycleAction: inAccount(writers, () => ({ name: "Made by the matrix" }), false),
  updateCycleAction: inCycle(() => ({ name: "Renamed by the matrix" })),
  copyCycleAction: inCycle(() => ({ name: "Copied by the matrix" })),
  deleteCycleAction: inCycle(),
  restoreCycleAction: inCycle(),
  undoChangeAction: inCycle(),
  addStepAction: inCycle(() => ({ kind: "Delay", after: null })),
  updateStepAction: inCycle((o) => ({ stepId: o.step, name: "Renamed by the matrix" })),
  moveStepAction: inCycle((o) => ({ stepId: o.step, after: { stepId: o.step, exit: "Forward" } })),
  removeStepAction: inCycle((o) => ({ stepId: o.step })),
  connectStepsAction: inCycle((o) => ({ headStepId: o.step, tailStepId: o.step, type: "Forward" })),
  disconnectStepsAction: inCycle((o) => ({ edgeId: o.edge })),
  saveStepSetupAction: inCycle((o) => ({ stepId: o.step, mappings: [] })),
  setStepExternalAuthenticationAction: inCycle((o) => ({ stepId: o.step, on: false })),
  removeAuthenticationMappingsAction: inCycle((o) => ({ stepId: o.step })),
  saveVariableAction: inCycle(() => ({ variable: { systemName: null, displayName: "Made by the matrix" } })),
  removeVariableAction: inCycle(() => ({ systemName: "token" })),
  makeWebhookSecretAction: inCycle(),
  clearWebhookSecretAction: inCycle(),
  activateCycleAction: inCycle(),
  deactivateCycleAction: inCycle(),
  runOnceAction: inCycle(),
  testStepAction: inCycle((o) => ({ stepId: o.step })),
  cancelTransactionAction: inAccount(writers, (o) => ({ transactionId: o.transaction }), true),
  resumeTransactionAction: inAccount(writers, (o) => ({ transactionId: o.transaction }), true),
  verifyAction: inAccount(accountWriters, (o) => ({ id: o.connection }), true),
};

const app = path.resolve(import.meta.dirname, "../app");

/** The files of this name below app/, as they stand on disk. */
export const filesOfApp = (name: "page.tsx" | "route.ts"): string[] =>
  readdirSync(app, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === name)
    .sort();

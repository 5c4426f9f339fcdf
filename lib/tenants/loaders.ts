import "server-only";
import { notFound } from "next/navigation";
import { accountInvitations, accountPeople } from "@/lib/access/data";
import { requireAccount, requireAdministrator, requirePartner } from "@/lib/access/loaders";
import { currentPerson } from "@/lib/access/session";
import { instanceAudit, partnerAudit, verifyInstanceAudit, verifyPartnerAudit } from "@/lib/audit/data";
import { auditFilterSchema } from "@/lib/audit/schema";
import { connectorOf } from "@/lib/catalog/data";
import { CONNECTION_STATES } from "@/lib/installs/constants";
import { listConnections } from "@/lib/installs/data";
import { DAY, now } from "@/lib/kernel/clock";
import {
  accountOf,
  instanceNumbers,
  listAccounts,
  listPartners,
  partnerById,
  partnerCounts,
  partnerOf,
  savedSetups,
} from "@/lib/partners/data";
import { accountsQuerySchema } from "@/lib/partners/schema";
import { env } from "@/lib/platform/env";
import { instanceHealth } from "@/lib/vault/data";
import { callsByDay, openIncidents } from "./data";
import { callDays } from "./policy";

export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export async function loadAccounts(searchParams: SearchParams) {
  const { scope } = await requirePartner("/accounts", "accounts.read");
  const params = await searchParams;
  const filter = accountsQuerySchema.parse(params);
  return {
    ...(await listAccounts(scope, filter)),
    filter,
    /** Slug of a connector that waits to be installed into the account that is picked. */
    install: typeof params.install === "string" && /^[a-z0-9.-]{1,200}$/.test(params.install) ? params.install : null,
    mayWrite: scope.permissions.has("accounts.write"),
  };
}

export async function loadAccount(accountId: string) {
  const { scope } = await requireAccount(`/accounts/${accountId}`, accountId, "accounts.read");
  const account = await accountOf(scope);
  if (!account) notFound();
  return {
    account,
    connections: await listConnections(scope, { query: "", connector: "", account: "", state: "" }),
    people: await accountPeople(scope),
    invitations: await accountInvitations(scope),
    runsPerAccount: env().runsPerAccount,
    mayWrite: scope.permissions.has("accounts.write"),
    mayInstall: scope.permissions.has("installs.write"),
    mayInvite: scope.permissions.has("people.write"),
  };
}

const DASHBOARD_LIST = 6;
/** How far back the dashboard counts, today among it. */
const DASHBOARD_DAYS = 14;

/** The dashboard: how the partner's connections stand now, what ends soon, what is broken, and what happened last. */
export async function loadDashboard() {
  const { scope } = await requirePartner("/dashboard", "installs.read");
  const today = Math.floor(now() / DAY);
  const [connections, incidents, activity, saved, counts, calls] = await Promise.all([
    listConnections(scope, { query: "", connector: "", account: "", state: "" }),
    openIncidents(scope),
    partnerAudit(scope, auditFilterSchema.parse({})),
    savedSetups(scope),
    partnerCounts(scope),
    callsByDay(scope, (today - DASHBOARD_DAYS + 1) * DAY),
  ]);
  const inState = (state: (typeof CONNECTION_STATES)[number]) => connections.filter((row) => row.state === state);
  return {
    states: CONNECTION_STATES.map((state) => ({ state, count: inState(state).length })),
    ending: inState("Expiring")
      .sort((a, b) => (a.customerNeededAt ?? 0) - (b.customerNeededAt ?? 0))
      .slice(0, DASHBOARD_LIST),
    broken: inState("NeedsReconnect").slice(0, DASHBOARD_LIST),
    incidents,
    activity: activity.entries.slice(0, 8),
    days: callDays(calls, today, DASHBOARD_DAYS),
    total: connections.length,
    steps: { setup: saved.size > 0, account: counts.accounts > 0, connection: counts.connections > 0 },
    maySetUp: scope.permissions.has("library.setup"),
  };
}

/** Where a connector is installed, by account. */
export async function loadWhereUsed(slug: string) {
  const { scope } = await requirePartner(`/connectors/${slug}/where-used`, "installs.read");
  const connector = await connectorOf(scope, slug);
  if (!connector) notFound();
  return listConnections(scope, { query: "", connector: connector.slug, account: "", state: "" });
}

export async function loadBranding() {
  const { scope } = await requirePartner("/settings/branding", "settings.read");
  const partner = await partnerOf(scope);
  return { name: partner.name, branding: partner.branding, mayWrite: scope.permissions.has("branding.write") };
}

export async function loadFeatures() {
  const { scope } = await requirePartner("/settings/features", "settings.read");
  return { externalAuthentication: (await partnerOf(scope)).externalAuthenticationEnabled };
}

export async function loadAudit(searchParams: SearchParams) {
  const { scope } = await requirePartner("/settings/audit", "audit.read");
  const params = await searchParams;
  const filter = auditFilterSchema.parse(params);
  return {
    ...(await partnerAudit(scope, filter)),
    filter,
    verified: params.verify === "1" ? await verifyPartnerAudit(scope) : null,
  };
}

export async function loadPartners() {
  const { scope } = await requireAdministrator("/admin/partners");
  return listPartners(scope);
}

export async function loadPartner(id: string) {
  const { scope } = await requireAdministrator(`/admin/partners/${id}`);
  return (await partnerById(scope, id)) ?? notFound();
}

export async function loadHealth() {
  const { scope } = await requireAdministrator("/admin/health");
  return {
    ...(await instanceHealth()),
    numbers: await instanceNumbers(scope),
    memory: process.memoryUsage().rss,
    uptime: process.uptime(),
  };
}

export async function loadInstanceAudit(searchParams: SearchParams) {
  const { scope } = await requireAdministrator("/admin/audit");
  const params = await searchParams;
  const filter = auditFilterSchema.parse(params);
  return {
    ...(await instanceAudit(scope, filter)),
    filter,
    verified: params.verify === "1" ? await verifyInstanceAudit(scope) : null,
  };
}

/** Null where nobody is signed in: the page itself sends them to the sign-in, for it knows the way back. */
export async function loadAdminFrame() {
  const person = await currentPerson();
  if (!person) return null;
  const { who } = await requireAdministrator("/admin/partners");
  return { name: who.name, email: who.email };
}

import { z } from "@hono/zod-openapi";
import { accountByExternalId } from "@/lib/access/data";
import type { PartnerScope } from "@/lib/access/types";
import { partnerEndpoint, partnerList } from "@/lib/doors/rest";
import { flag } from "@/lib/doors/rest-input";
import { now } from "@/lib/kernel/clock";
import { fail, ok, type Failure, type Result } from "@/lib/kernel/result";
import { accountOf, accountsPage, type Account } from "@/lib/partners/data";
import { createAccount, deleteAccount, updateAccount, type AccountMore } from "@/lib/partners/mutations";
import { MAX_CONCURRENT_TRANSACTIONS, timezoneSchema } from "@/lib/partners/schema";
import { callsSince } from "@/lib/tenants/data";
import { utc } from "./account-connector-view";
import { retention } from "./retention";

const TAG = "Accounts";

export const noAccount = fail("object.not_found", "There is no such account.");

export const accountId = z.string().min(1).max(200).openapi({ description: "Id of the account, as the partner chose it." });

const accountSchema = z
  .object({
    CreatedDate: z.string(),
    Id: z.string(),
    Name: z.string(),
    Description: z.string().nullable(),
    AuditInfo: z.string().nullable(),
    TaskAuditInfo: z.string().nullable(),
    Timezone: z.string(),
    NextBillDateUtc: z.string(),
    StepDataSuccessRetentionHours: z.int().nullable(),
    StepDataErroredRetentionHours: z.int().nullable(),
    TransactionErrorWebhookEnabled: z.boolean(),
    TransactionErrorWebhookUrl: z.string().nullable(),
    TransactionErrorWebhookIncludeWarnings: z.boolean(),
    ConcurrentTransactions: z.int().nullable(),
  })
  .openapi("Account");

/** The first day of the month after this one, in UTC: accounts are counted by calendar month. */
const monthAfter = (at: number): number => Date.UTC(new Date(at).getUTCFullYear(), new Date(at).getUTCMonth() + 1, 1);
const monthOf = (at: number): number => Date.UTC(new Date(at).getUTCFullYear(), new Date(at).getUTCMonth(), 1);

const accountView = (a: Account): z.input<typeof accountSchema> => ({
  CreatedDate: new Date(a.createdAt).toISOString(),
  Id: a.externalId,
  Name: a.name,
  Description: a.description,
  AuditInfo: a.auditInfo,
  TaskAuditInfo: a.taskAuditInfo,
  Timezone: a.timezone,
  NextBillDateUtc: new Date(monthAfter(now())).toISOString(),
  StepDataSuccessRetentionHours: a.stepDataSuccessRetentionHours,
  StepDataErroredRetentionHours: a.stepDataErroredRetentionHours,
  TransactionErrorWebhookEnabled: a.transactionErrorWebhookEnabled,
  TransactionErrorWebhookUrl: a.transactionErrorWebhookUrl,
  TransactionErrorWebhookIncludeWarnings: a.transactionErrorWebhookIncludeWarnings,
  ConcurrentTransactions: a.concurrentTransactions,
});

const text = (name: string, most: number) =>
  z.string({ error: `${name} has to be text.` }).max(most, `${name} can have at most ${most} characters.`);

/** With the scheme that it lacks; null where it is no web address. */
function webAddress(raw: string): string | null {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(raw) ? raw : `https://${raw}`;
  if (/\s/.test(raw) || !URL.canParse(whole)) return null;
  return ["http:", "https:"].includes(new URL(whole).protocol) ? whole : null;
}

const atOnce = `ConcurrentTransactions is a whole number from 1 to ${MAX_CONCURRENT_TRANSACTIONS}.`;

const fields = {
  Description: text("Description", 2000).nullish(),
  Timezone: timezoneSchema.nullish().openapi({ description: "An IANA name.", example: "Europe/London" }),
  AuditInfo: text("AuditInfo", 2000).nullish(),
  TaskAuditInfo: text("TaskAuditInfo", 2000).nullish(),
  StepDataSuccessRetentionHours: retention("StepDataSuccessRetentionHours"),
  StepDataErroredRetentionHours: retention("StepDataErroredRetentionHours"),
  TransactionErrorWebhookEnabled: flag().nullish(),
  TransactionErrorWebhookUrl: z.string().max(2000).nullish(),
  TransactionErrorWebhookIncludeWarnings: flag().nullish(),
  ConcurrentTransactions: z
    .int({ error: atOnce })
    .min(1, atOnce)
    .max(MAX_CONCURRENT_TRANSACTIONS, atOnce)
    .nullish()
    .openapi({ description: "Runs of its cycles that go on at the same time; null for what the instance says." }),
  ParentAccountId: z.string().max(200).nullish().openapi({ description: "Makes it a sub account of this one." }),
  CreatedDate: z.unknown().optional().openapi({ description: "Ignored." }),
  NextBillDateUtc: z.unknown().optional().openapi({ description: "Ignored." }),
};

const id = z
  .string()
  .trim()
  .max(200, "Id can have at most 200 characters.")
  .regex(/^[^/?#\p{Cc}]*$/u, "Id can't contain slashes, ? or #.")
  .nullish();
const name = z
  .string({ error: "Name is required" })
  .trim()
  .min(1, "Name is required")
  .max(200, "Name can have at most 200 characters.");

const newAccount = z.strictObject({ Id: id, Name: name, ...fields }).openapi("NewAccount");
const changedAccount = z.strictObject({ Id: id, Name: name.nullish(), ...fields }).openapi("ChangedAccount");

type Fields = Omit<z.output<typeof changedAccount>, "Id" | "Name">;

/** Which of the fields were sent, as columns. Errors: `request.invalid`, `object.not_found` for an unknown parent. */
async function moreOf(scope: PartnerScope, body: Fields): Promise<Result<AccountMore>> {
  const url = body.TransactionErrorWebhookUrl;
  if (body.TransactionErrorWebhookEnabled === true && !url)
    return fail("request.invalid", "Transaction Error Webhook enabled: Transaction Error Webhook URL must be defined");
  const address = url ? webAddress(url) : url === undefined ? undefined : null;
  if (url && address === null) return fail("request.invalid", `https://${url} is not a valid URL`);
  const parent = body.ParentAccountId ? await accountByExternalId(scope, body.ParentAccountId) : null;
  if (parent && !parent.ok) return fail("object.not_found", "There is no account with this ParentAccountId.");
  const more: { [K in keyof AccountMore]: AccountMore[K] | undefined } = {
    auditInfo: body.AuditInfo,
    taskAuditInfo: body.TaskAuditInfo,
    stepDataSuccessRetentionHours: body.StepDataSuccessRetentionHours,
    stepDataErroredRetentionHours: body.StepDataErroredRetentionHours,
    transactionErrorWebhookEnabled: body.TransactionErrorWebhookEnabled ?? undefined,
    transactionErrorWebhookUrl: address,
    transactionErrorWebhookIncludeWarnings: body.TransactionErrorWebhookIncludeWarnings ?? undefined,
    parentAccountId: parent?.value.accountId,
  };
  return ok(Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined)) as AccountMore);
}

/** A taken id is the caller's mistake here. */
const asInvalid = (failure: Failure): { ok: false; error: Failure } => ({
  ok: false,
  error: failure.code === "object.conflict" ? { ...failure, code: "request.invalid" } : failure,
});

/** The whole partner's business: a token for one account may not. */
export const wholePartner = (scope: PartnerScope): Result<null> =>
  scope.onlyAccountId === undefined ? ok(null) : fail("access.denied", "This token is for one account.");

/** The account row of an id in an address. Errors: `object.not_found`. */
async function rowOf(scope: PartnerScope, externalId: string) {
  const account = await accountByExternalId(scope, externalId);
  const row = account.ok ? await accountOf(account.value) : null;
  return account.ok && row ? ok({ scope: account.value, row }) : noAccount;
}

export const accountEndpoints = [
  partnerList({
    path: "/accounts",
    permission: "accounts.read",
    tag: TAG,
    summary: "List accounts",
    answer: accountSchema,
    handle: async ({ scope, paging }) => {
      const { rows, total } = await accountsPage(scope, paging);
      return ok({ rows: rows.map(accountView), total });
    },
  }),
  partnerEndpoint({
    method: "post",
    path: "/accounts",
    permission: "accounts.write",
    tag: TAG,
    summary: "Create an account",
    body: newAccount,
    answer: accountSchema,
    handle: async ({ scope, body: { Id, Name, ...rest } }) => {
      const whole = wholePartner(scope);
      if (!whole.ok) return whole;
      const more = await moreOf(scope, rest);
      if (!more.ok) return more;
      const made = await createAccount(scope, {
        name: Name,
        externalId: Id || undefined,
        description: rest.Description ?? null,
        timezone: rest.Timezone ?? "UTC",
        concurrentTransactions: rest.ConcurrentTransactions,
        more: more.value,
      });
      return made.ok ? ok(accountView(made.value)) : asInvalid(made.error);
    },
  }),
  partnerEndpoint({
    method: "get",
    path: "/accounts/{accountId}",
    permission: "accounts.read",
    tag: TAG,
    summary: "Read an account",
    params: { accountId },
    answer: accountSchema,
    handle: async ({ scope, params }) => {
      const found = await rowOf(scope, params.accountId);
      return found.ok ? ok(accountView(found.value.row)) : found;
    },
  }),
  partnerEndpoint({
    method: "put",
    path: "/accounts/{accountId}",
    permission: "accounts.write",
    tag: TAG,
    summary: "Change an account",
    description: "What is left out stays as it is, and so does a time zone, a switch or a name that is null.",
    params: { accountId },
    body: changedAccount,
    answer: accountSchema,
    handle: async ({ scope, params, body: { Id, Name, ...rest } }) => {
      const found = await rowOf(scope, params.accountId);
      if (!found.ok) return found;
      const more = await moreOf(scope, rest);
      if (!more.ok) return more;
      const { row } = found.value;
      const saved = await updateAccount(found.value.scope, {
        name: Name ?? row.name,
        externalId: Id || row.externalId,
        description: rest.Description === undefined ? row.description : rest.Description,
        timezone: rest.Timezone ?? row.timezone,
        concurrentTransactions: rest.ConcurrentTransactions,
        more: more.value,
      });
      if (!saved.ok) return asInvalid(saved.error);
      const after = await accountOf(found.value.scope);
      return after ? ok(accountView(after)) : noAccount;
    },
  }),
  partnerEndpoint({
    method: "delete",
    path: "/accounts/{accountId}",
    permission: "accounts.write",
    tag: TAG,
    summary: "Delete an account that has no connectors left",
    params: { accountId },
    errors: [409],
    answer: z.null(),
    handle: async ({ scope, params }) => {
      const whole = wholePartner(scope);
      const account = whole.ok ? await accountByExternalId(scope, params.accountId) : whole;
      return account.ok ? deleteAccount(account.value) : account;
    },
  }),
  partnerList({
    path: "/accounts/{accountId}/subaccounts",
    permission: "accounts.read",
    tag: TAG,
    summary: "List the sub accounts of an account",
    params: { accountId },
    answer: accountSchema,
    handle: async ({ scope, params, paging }) => {
      const parent = await accountByExternalId(scope, params.accountId);
      if (!parent.ok) return parent;
      const { rows, total } = await accountsPage(scope, paging, parent.value.accountId);
      return ok({ rows: rows.map(accountView), total });
    },
  }),
  partnerEndpoint({
    method: "get",
    path: "/accounts/{accountId}/usage",
    permission: "accounts.read",
    tag: TAG,
    summary: "Read how much an account has used this month",
    params: { accountId },
    answer: z.object({ Id: z.string(), TasksUsed: z.int(), StartTime: z.string(), EndTime: z.string() }).openapi("Usage"),
    handle: async ({ scope, params }) => {
      const found = await rowOf(scope, params.accountId);
      if (!found.ok) return found;
      const at = now();
      return ok({
        Id: found.value.row.externalId,
        TasksUsed: await callsSince(found.value.scope, monthOf(at)),
        StartTime: utc(monthOf(at)) ?? "",
        EndTime: utc(monthAfter(at)) ?? "",
      });
    },
  }),
];

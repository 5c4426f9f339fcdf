import type { APIRequestContext } from "@playwright/test";
import { accountId, dataDir, emailOf, expect, type Who } from "./fixtures";
import type { Ids, Owner } from "./matrix";
import { callAction } from "./server-actions";
import { openDatabase } from "./stored-rows";
import { customConnector, installByAction, saveOAuthSetup, startAttempt } from "./wizard";

export type World = Readonly<Record<Owner, Ids>>;

const one = <T>(sql: string, ...values: unknown[]): T => {
  const database = openDatabase(dataDir(), { readonly: true });
  try {
    return database
      .prepare(sql)
      .pluck()
      .get(...values) as T;
  } finally {
    database.close();
  }
};
const memberOf = (email: string): string =>
  one("select m.id from memberships m join users u on u.id = m.user_id where u.email = ?", email);
const invitationOf = (email: string): string => one("select id from invitations where email = ? order by expires_at desc", email);
export const sessionOf = (email: string): string =>
  one(
    "select s.id from sessions s join users u on u.id = s.user_id where u.email = ? order by s.created_at desc, s.rowid desc",
    email,
  );

/** Makes objects of every owner, each with a name that no page of anybody else may show. */
export async function makeWorld(client: (who: Who) => Promise<APIRequestContext>): Promise<World> {
  const [owner, fabrikam] = [await client("owner"), await client("otherPartner")];
  await saveOAuthSetup(owner);
  const stamp = Date.now();
  const made = await callAction(fabrikam, "createAccountAction", { name: `Fabrikam customer ${stamp}` });
  const accounts = {
    own: accountId("Acme Ltd"),
    sibling: accountId("Birch & Co"),
    other: (made.result as unknown as { value: { id: string } }).value.id,
  };
  const ids = async (of: "own" | "sibling" | "other", who: APIRequestContext, members: [string, string]): Promise<Ids> => {
    const account = accounts[of];
    const name = `Secret of ${of} ${stamp}`;
    const email = `${of}-${stamp}@invited.example`;
    await callAction(who, "inviteAccountAction", { accountId: account, email, role: "standard" });
    const accountInvitation = invitationOf(email);
    await callAction(who, "invitePartnerAction", { email: `team-${email}`, role: "viewer" });
    const oauth = { account, slug: "sandbox-crm-oauth", authMethodId: "oauth2", later: true };
    if (of !== "other") await startAttempt(who, await installByAction(who, { ...oauth, name: `${name} (OAuth)` }), account);
    const connection = await installByAction(who, {
      account,
      name,
      slug: "sandbox-crm-api-key",
      authMethodId: "api-key",
      later: true,
    });
    const linked = await callAction(who, "createLinkAction", { accountId: account, id: connection, minutes: 60 });
    expect(linked.result, `a link of ${of}`).toMatchObject({ ok: true });
    const cycleMade = await callAction(who, "createCycleAction", { accountId: account, name, trigger: "Webhook" });
    expect(cycleMade.result, `a cycle of ${of}`).toMatchObject({ ok: true });
    const cycle: string = one("select id from cycles where account_id = ? order by created_at desc", account);
    const trigger: string = one("select id from cycle_steps where cycle_id = ?", cycle);
    const after = { stepId: trigger, exit: "Forward" };
    await callAction(who, "addStepAction", { accountId: account, cycleId: cycle, kind: "Action", name: "Call", after });
    const runs = await callAction(who, "createCycleAction", { accountId: account, name: `Runs of ${name}`, trigger: "Manual" });
    expect(runs.result, `a cycle that runs, of ${of}`).toMatchObject({ ok: true });
    const running: string = one("select id from cycles where account_id = ? and name = ?", account, `Runs of ${name}`);
    const start = { stepId: one("select id from cycle_steps where cycle_id = ?", running), exit: "Forward" };
    const delay = { unit: "Days", interval: 1 };
    await callAction(who, "addStepAction", {
      accountId: account,
      cycleId: running,
      kind: "Delay",
      name: "Wait",
      delay,
      after: start,
    });
    expect((await callAction(who, "runOnceAction", { accountId: account, cycleId: running })).result).toMatchObject({ ok: true });
    return {
      transaction: one("select id from transactions where cycle_id = ?", running),
      running,
      cycle,
      step: one("select id from cycle_steps where cycle_id = ? and kind = 'Action'", cycle),
      edge: one("select id from cycle_edges where cycle_id = ?", cycle),
      partner: one("select partner_id from accounts where id = ?", account),
      account,
      connection,
      link: one("select id from connect_links where account_connector_id = ?", connection),
      publicLink: one("select public_id from connect_links where account_connector_id = ?", connection),
      connector: "sandbox-crm-api-key",
      partnerMember: memberOf(members[0]),
      accountMember: memberOf(members[1]),
      partnerInvitation: invitationOf(`team-${email}`),
      accountInvitation,
      attempt: one("select id from oauth_attempts order by created_at desc"),
      callback: "AAAAAAAAAAAAAAAA",
      custom: await customConnector(who, name),
      session: sessionOf(members[1]),
      name,
    };
  };
  const own = await ids("own", owner, [emailOf("viewer"), emailOf("acmeStandard")]);
  const sibling = await ids("sibling", owner, [emailOf("editor"), emailOf("birchAdministrator")]);
  const other = await ids("other", fabrikam, [emailOf("otherPartner"), emailOf("otherPartner")]);
  const unknown: Ids = {
    ...own,
    partner: "00000000-0000-4000-8000-000000000000",
    account: "00000000-0000-4000-8000-000000000000",
    connection: 987_654_321,
    partnerMember: "00000000-0000-4000-8000-000000000001",
    accountMember: "00000000-0000-4000-8000-000000000002",
    partnerInvitation: "00000000-0000-4000-8000-000000000003",
    accountInvitation: "00000000-0000-4000-8000-000000000004",
    attempt: "00000000-0000-4000-8000-000000000005",
    session: "00000000-0000-4000-8000-000000000006",
    link: "00000000-0000-4000-8000-000000000007",
    publicLink: "0000000000000000000000",
    cycle: "00000000-0000-4000-8000-000000000008",
    step: "00000000-0000-4000-8000-000000000009",
    edge: "00000000-0000-4000-8000-00000000000a",
    transaction: "00000000-0000-4000-8000-00000000000b",
    running: "00000000-0000-4000-8000-00000000000c",
    custom: "00000000-0000-4000-8000-000000000007",
    name: "-",
  };
  return { own, sibling, other, unknown, crossed: { ...sibling, account: own.account } };
}

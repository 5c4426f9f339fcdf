import { Plug, Plus, Workflow } from "lucide-react";
import type { Metadata } from "next";
import { AccountActions } from "@/components/accounts/account-actions";
import { InvitePerson, People } from "@/components/access/people";
import { CyclesTable } from "@/components/cycles/cycles-table";
import { NewCycle } from "@/components/cycles/new-cycle";
import { ConnectionsTable } from "@/components/accounts/connections-table";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { ButtonLink } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { EmptyState } from "@/components/ui/empty-state";
import { cyclesOfAccount } from "@/lib/cycles/loaders";
import { loadAccount } from "@/lib/tenants/loaders";

export const metadata: Metadata = { title: "Account" };

export default async function AccountPage({ params }: { params: Promise<{ accountId: string }> }) {
  const { accountId } = await params;
  const { account, connections, people, invitations, runsPerAccount, mayWrite, mayInstall, mayInvite } =
    await loadAccount(accountId);
  const { cycles, mayWrite: mayBuild } = await cyclesOfAccount(account.id);
  const build = mayBuild && <NewCycle accounts={[account]} primary={false} />;
  const install = mayInstall && (
    <ButtonLink href={`/accounts/${account.id}/install`} variant="primary" icon={<Plus aria-hidden />}>
      Install connector
    </ButtonLink>
  );
  return (
    <Page crumbs={[{ label: "Accounts", href: "/accounts" }, { label: account.name }]}>
      <PageHeader
        title={account.name}
        sentence={account.description ?? undefined}
        actions={
          <>
            {connections.length > 0 && install}
            {mayWrite && <AccountActions account={account} runsPerAccount={runsPerAccount} />}
          </>
        }
      />
      <dl className="mb-7 flex flex-wrap gap-x-8 gap-y-2 text-sm">
        <div className="flex items-center gap-2">
          <dt className="text-ink-2">API ID</dt>
          <dd className="flex items-center gap-1 font-mono text-xs">
            {account.externalId} <CopyButton text={account.externalId} what="API ID" iconOnly small />
          </dd>
        </div>
        <div className="flex items-center gap-2">
          <dt className="text-ink-2">Time zone</dt>
          <dd>{account.timezone}</dd>
        </div>
        <div className="flex items-center gap-2">
          <dt className="text-ink-2">Runs at the same time</dt>
          <dd className="tabular-nums">{account.concurrentTransactions ?? runsPerAccount}</dd>
        </div>
      </dl>
      <section aria-labelledby="connectors" className="mb-8">
        <h2 id="connectors" className="mb-3">
          Connectors
        </h2>
        {connections.length === 0 ? (
          <EmptyState icon={<Plug aria-hidden />} title="No connectors yet" action={install}>
            Install one, and {account.name} is asked only for what you left blank.
          </EmptyState>
        ) : (
          <ConnectionsTable rows={connections} />
        )}
      </section>
      <section aria-labelledby="cycles" className="mb-8">
        <div className="mb-3 flex items-center justify-between gap-3">
          <h2 id="cycles">Cycles</h2>
          {cycles.length > 0 && build}
        </div>
        {cycles.length === 0 ? (
          <EmptyState icon={<Workflow aria-hidden />} title="No cycles yet" action={build}>
            A cycle starts by a webhook, a schedule or by hand, and calls the connectors of {account.name}.
          </EmptyState>
        ) : (
          <CyclesTable rows={cycles} mayWrite={mayBuild} ofAccount />
        )}
      </section>
      <section aria-labelledby="people">
        <div className="mb-3 flex items-center justify-between gap-3">
          <h2 id="people">People</h2>
          {mayInvite && <InvitePerson accountId={account.id} />}
        </div>
        <People accountId={account.id} people={people} invitations={invitations} mayWrite={mayInvite} />
      </section>
    </Page>
  );
}

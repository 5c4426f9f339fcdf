import { CircleCheck, ScrollText } from "lucide-react";
import type { Metadata } from "next";
import { Suspense } from "react";
import { Activity } from "@/components/dashboard/activity";
import { CallsByDay } from "@/components/dashboard/calls-by-day";
import { ConnectionList } from "@/components/dashboard/connection-list";
import { ConnectionStates } from "@/components/dashboard/connection-states";
import { FirstSteps } from "@/components/dashboard/first-steps";
import { RunNumbers } from "@/components/dashboard/run-numbers";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { ButtonLink } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Note } from "@/components/ui/note";
import { Time } from "@/components/ui/time";
import { CardsWaiting } from "@/components/ui/waiting";
import { requirePartner } from "@/lib/access/loaders";
import { runsOverview } from "@/lib/run/loaders";
import { loadDashboard } from "@/lib/tenants/loaders";

export const metadata: Metadata = { title: "Dashboard" };

/** How things stand, in a sentence. */
function sentenceOf(total: number, broken: number, incidents: number): string {
  if (total === 0) return "Nothing is connected yet.";
  const all = total === 1 ? "One connection" : `${total.toLocaleString("en")} connections`;
  if (incidents > 0) return `${all}. Something of your own setup keeps customers from connecting.`;
  if (broken > 0)
    return `${all}, ${total === 1 ? "" : `${broken.toLocaleString("en")} of them `}waiting for a customer to reconnect.`;
  return total === 1 ? `${all}. It needs nobody.` : `${all}. None of them needs anybody.`;
}

export default async function DashboardPage() {
  await requirePartner("/dashboard", "installs.read");
  return (
    <Page crumbs={[{ label: "Dashboard" }]}>
      <Suspense
        fallback={
          <>
            <PageHeader title="Dashboard" sentence="How your connections stand." />
            <CardsWaiting heights={[220, 240, 180]} />
          </>
        }
      >
        <Dashboard />
      </Suspense>
    </Page>
  );
}

async function Dashboard() {
  const { states, ending, broken, incidents, activity, days, total, steps, maySetUp } = await loadDashboard();
  const runs = await runsOverview();
  const needsReconnect = states.find((entry) => entry.state === "NeedsReconnect")?.count ?? 0;
  return (
    <>
      <PageHeader title="Dashboard" sentence={sentenceOf(total, needsReconnect, incidents.length)} />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,24rem)]">
        <div className="grid min-w-0 gap-5">
          {incidents.map((incident) => (
            <Note
              key={incident.id}
              kind="bad"
              title={`${incident.connectorName}: yours to fix`}
              actions={
                <ButtonLink small href={`/connectors/${incident.connectorSlug}`}>
                  Open its authentication settings
                </ButtonLink>
              }
            >
              {incident.message} Seen {incident.occurrences === 1 ? "once" : `${incident.occurrences} times`}, first{" "}
              <Time at={incident.openedAt} />.
            </Note>
          ))}
          {!steps.connection && maySetUp && <FirstSteps steps={steps} />}
          {total > 0 && (
            <Card>
              <CardHeader title="Connections by state" />
              <ConnectionStates states={states} />
            </Card>
          )}
          {total > 0 && (
            <Card>
              <CardHeader
                title="The last 14 days"
                description="Sign-ins, renewals, tests and calls, and whose the failures were."
              />
              <CallsByDay days={days} />
            </Card>
          )}
          {runs && (runs.counts.activeCycles > 0 || runs.counts.open + runs.counts.completed + runs.counts.failed > 0) && (
            <RunNumbers {...runs} />
          )}
          {broken.length > 0 && (
            <Card>
              <CardHeader title="Waiting for a customer to reconnect" />
              <ConnectionList rows={broken} remark={(row) => row.lastError} />
            </Card>
          )}
          {total > 0 && (
            <Card>
              <CardHeader title="Ending this week" description="Credentials that can't be renewed without the customer." />
              {ending.length > 0 ? (
                <ConnectionList
                  rows={ending}
                  remark={(row) => row.customerNeededAt && <Time at={row.customerNeededAt} className="relative z-10" />}
                />
              ) : (
                <EmptyState icon={<CircleCheck />} title="Nothing ends this week" className="py-8">
                  Credentials whose time runs out within seven days appear here, the first to end on top.
                </EmptyState>
              )}
            </Card>
          )}
        </div>
        <Card>
          <CardHeader
            title="Recent activity"
            actions={
              <ButtonLink small variant="quiet" href="/settings/audit">
                Audit log
              </ButtonLink>
            }
          />
          {activity.length > 0 ? (
            <Activity entries={activity} />
          ) : (
            <EmptyState icon={<ScrollText />} title="Nothing yet" className="py-8">
              Every change appears here, with who made it and when.
            </EmptyState>
          )}
        </Card>
      </div>
    </>
  );
}

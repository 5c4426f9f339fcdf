import type { Metadata } from "next";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { Card, CardBody } from "@/components/ui/card";
import { StateTag } from "@/components/ui/state-tag";
import { loadHealth } from "@/lib/tenants/loaders";

export const metadata: Metadata = { title: "Health" };

const hours = (seconds: number): string =>
  seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;

export default async function HealthPage() {
  const health = await loadHealth();
  const rows: [string, React.ReactNode][] = [
    [
      "Database",
      <StateTag key="db" state={health.database ? "ok" : "bad"}>
        {health.database ? "Answers" : "Doesn't answer"}
      </StateTag>,
    ],
    [
      "Master key",
      <StateTag key="key" state={health.key ? "ok" : "bad"}>
        {health.key ? "Opens what was sealed" : "Is not the right one"}
      </StateTag>,
    ],
    ["Version", <code key="v">{health.version}</code>],
    ["Running for", hours(health.uptime)],
    ["Memory", `${Math.round(health.memory / 1024 / 1024)} MB`],
    ["Partners", health.numbers.partners],
    ["Accounts", health.numbers.accounts],
    ["Connections", health.numbers.connections],
  ];
  return (
    <Page crumbs={[{ label: "Health" }]}>
      <PageHeader title="Health" sentence="What this instance says of itself right now." />
      <Card className="max-w-xl">
        <CardBody>
          <dl className="grid">
            {rows.map(([label, value]) => (
              <div
                key={label}
                className="flex min-h-10.5 items-center justify-between gap-4 border-b border-line text-sm last:border-b-0"
              >
                <dt className="text-ink-2">{label}</dt>
                <dd className="tabular-nums">{value}</dd>
              </div>
            ))}
          </dl>
        </CardBody>
      </Card>
    </Page>
  );
}

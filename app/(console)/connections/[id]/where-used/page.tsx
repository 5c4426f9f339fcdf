import { Workflow } from "lucide-react";
import { Link } from "@/components/ui/link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { StateTag } from "@/components/ui/state-tag";
import { RowLink, Table, Td, Th, Tr } from "@/components/ui/table";
import { Tag } from "@/components/ui/tag";
import { STATUS_WORDS } from "@/components/cycles/words";
import { whereUsed } from "@/lib/cycles/loaders";
import { loadConnection } from "@/lib/installs/loaders";

export default async function WhereUsedPage({ params }: { params: Promise<{ id: string }> }) {
  const { page } = await loadConnection((await params).id);
  const cycles = await whereUsed(page.view.id);
  if (cycles.length === 0) {
    return (
      <EmptyState icon={<Workflow aria-hidden />} title="No cycle uses it">
        Cycles of {page.account.name} that call through this connection are listed here. It can be deleted without stopping any.
      </EmptyState>
    );
  }
  return (
    <Card className="overflow-hidden">
      <Table label="Cycles that use it">
        <thead>
          <Tr>
            <Th>State</Th>
            <Th>Cycle</Th>
            <Th>Steps</Th>
            <Th>Credential</Th>
          </Tr>
        </thead>
        <tbody>
          {cycles.map((cycle) => (
            <Tr key={cycle.id}>
              <Td>
                <StateTag state={STATUS_WORDS[cycle.status].tone}>{STATUS_WORDS[cycle.status].label}</StateTag>
              </Td>
              <Td>
                <RowLink href={`/cycles/${cycle.id}`}>{cycle.name}</RowLink>
              </Td>
              <Td>
                <span className="relative z-10 flex flex-wrap gap-x-3 gap-y-1">
                  {cycle.steps.map((step) => (
                    <Link key={step.id} href={`/cycles/${cycle.id}/steps/${step.id}`} className="link">
                      {step.name}
                    </Link>
                  ))}
                </span>
              </Td>
              <Td>
                <Tag>{cycle.needsIt ? "This connection's" : "External Authentication"}</Tag>
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

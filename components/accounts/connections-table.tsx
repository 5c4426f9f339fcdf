import { StateBadge } from "@/components/installs/state-badge";
import { Card } from "@/components/ui/card";
import { RowLink, Table, Td, Th, Tr } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { ConnectionRow } from "@/lib/installs/types";

/** The connectors of one account. */
export function ConnectionsTable({ rows }: { rows: readonly ConnectionRow[] }) {
  return (
    <Card className="overflow-x-auto">
      <Table label="Connectors">
        <thead>
          <Tr>
            <Th>Name</Th>
            <Th>Connector</Th>
            <Th>State</Th>
            <Th>Last used</Th>
          </Tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Tr key={row.id}>
              <Td>
                <RowLink href={`/connections/${row.id}`}>{row.name}</RowLink>
              </Td>
              <Td className="text-ink-2">{row.connectorName}</Td>
              <Td className="relative z-10">
                <StateBadge state={row.state} />
              </Td>
              <Td className="text-ink-2">{row.lastUsedAt === null ? "Never" : <Time at={row.lastUsedAt} />}</Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

import { Card } from "@/components/ui/card";
import { StateTag } from "@/components/ui/state-tag";
import { RowLink, Table, Td, Th, Tr } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { STATE_WORDS } from "@/lib/installs/constants";
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
              <Td>
                <StateTag state={STATE_WORDS[row.state].tone}>{STATE_WORDS[row.state].label}</StateTag>
              </Td>
              <Td className="text-ink-2">{row.lastUsedAt === null ? "Never" : <Time at={row.lastUsedAt} />}</Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

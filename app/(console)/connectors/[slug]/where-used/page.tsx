import { Plug } from "lucide-react";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { StateTag } from "@/components/ui/state-tag";
import { RowLink, Table, Td, Th, Tr } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { STATE_WORDS } from "@/lib/installs/constants";
import { loadConnector } from "@/lib/partners/loaders";
import { loadWhereUsed } from "@/lib/tenants/loaders";

export default async function WhereUsedPage({ params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  const [rows, { connector, mayInstall }] = await Promise.all([loadWhereUsed(slug), loadConnector(slug)]);
  if (rows.length === 0) {
    return (
      <Card>
        <EmptyState
          icon={<Plug />}
          title="Not installed yet"
          action={mayInstall && <ButtonLink href={`/accounts?install=${slug}`}>Install into account</ButtonLink>}
        >
          Every account that installs {connector.name} appears here, with the state of its connection.
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card>
      <Table label="Where used">
        <thead>
          <tr>
            <Th>Connection</Th>
            <Th>Account</Th>
            <Th>State</Th>
            <Th>Last used</Th>
            <Th>Expires</Th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Tr key={row.id}>
              <Td>
                <RowLink href={`/connections/${row.id}`}>{row.name}</RowLink>
              </Td>
              <Td className="text-ink-2">{row.accountName}</Td>
              <Td>
                <StateTag state={STATE_WORDS[row.state].tone}>{STATE_WORDS[row.state].label}</StateTag>
              </Td>
              <Td className="text-ink-2">{row.lastUsedAt ? <Time at={row.lastUsedAt} className="relative z-10" /> : "Never"}</Td>
              <Td className="text-ink-2">{row.expiresAt && <Time at={row.expiresAt} className="relative z-10" />}</Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

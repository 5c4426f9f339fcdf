import type { Metadata } from "next";
import { NewPartner } from "@/components/admin/new-partner";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { StateTag } from "@/components/ui/state-tag";
import { RowLink, Table, Td, Th, Tr } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { loadPartners } from "@/lib/tenants/loaders";

export const metadata: Metadata = { title: "Partners" };

export default async function PartnersPage() {
  const partners = await loadPartners();
  return (
    <Page crumbs={[{ label: "Partners" }]}>
      <PageHeader
        title="Partners"
        sentence="Software companies with a console on this instance. Their secrets are theirs: nothing here shows one."
        actions={<NewPartner />}
      />
      {partners.length === 0 ? (
        <EmptyState title="No partners yet" action={<NewPartner />}>
          Create one and send its owner the invitation.
        </EmptyState>
      ) : (
        <Card className="overflow-x-auto">
          <Table label="Partners">
            <thead>
              <Tr>
                <Th>Name</Th>
                <Th>State</Th>
                <Th>External authentication</Th>
                <Th numeric>Accounts</Th>
                <Th numeric>Connections</Th>
                <Th numeric>People</Th>
                <Th>Created</Th>
              </Tr>
            </thead>
            <tbody>
              {partners.map((partner) => (
                <Tr key={partner.id}>
                  <Td>
                    <RowLink href={`/admin/partners/${partner.id}`}>{partner.name}</RowLink>
                  </Td>
                  <Td>
                    <StateTag state={partner.disabledAt === null ? "ok" : "off"}>
                      {partner.disabledAt === null ? "Enabled" : "Disabled"}
                    </StateTag>
                  </Td>
                  <Td>{partner.externalAuthenticationEnabled ? "On" : "Off"}</Td>
                  <Td numeric>{partner.accounts}</Td>
                  <Td numeric>{partner.connections}</Td>
                  <Td numeric>{partner.people}</Td>
                  <Td className="text-ink-2">
                    <Time at={partner.createdAt} as="date" />
                  </Td>
                </Tr>
              ))}
            </tbody>
          </Table>
        </Card>
      )}
    </Page>
  );
}

import { Blocks } from "lucide-react";
import type { Metadata } from "next";
import { NewConnector } from "@/components/custom-connectors/new-connector";
import { Page } from "@/components/shell/page";
import { PageHeader } from "@/components/shell/page-header";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Logo } from "@/components/ui/logo";
import { StateTag } from "@/components/ui/state-tag";
import { RowLink, Table, Td, Th, Tr } from "@/components/ui/table";
import { Tag } from "@/components/ui/tag";
import { Time } from "@/components/ui/time";
import { customConnectorsPage } from "@/lib/custom-connectors/loaders";

export const metadata: Metadata = { title: "Custom connectors" };

export default async function CustomConnectorsPage() {
  const { rows, mayWrite } = await customConnectorsPage();
  return (
    <Page crumbs={[{ label: "Connectors" }, { label: "Custom connectors" }]}>
      <PageHeader
        title="Custom connectors"
        sentence="APIs that the library doesn't have, or has otherwise than you need. Only your team and your customers use them."
        actions={mayWrite && <NewConnector />}
      />
      <Card>
        {rows.length === 0 ? (
          <EmptyState icon={<Blocks />} title="No custom connectors yet">
            Begin from nothing, clone one of the library, or import an OpenAPI document: its methods and ways to authenticate come
            with it.
          </EmptyState>
        ) : (
          <Table label="Custom connectors">
            <thead>
              <tr>
                <Th>Connector</Th>
                <Th>State</Th>
                <Th>Authentication</Th>
                <Th numeric>Installations</Th>
                <Th>Published</Th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Tr key={row.uid}>
                  <Td>
                    <span className="flex items-center gap-2.5">
                      <Logo name={row.name} slug={row.slug} src={row.iconUrl} size="small" />
                      <RowLink href={`/connectors/custom/${row.uid}`}>{row.name}</RowLink>
                    </span>
                  </Td>
                  <Td>
                    <span className="flex flex-wrap gap-1.5">
                      {row.liveNumber && <StateTag state="ok">{`Live ${row.liveNumber}`}</StateTag>}
                      {row.hasDraft && <StateTag state="wait">Draft</StateTag>}
                    </span>
                  </Td>
                  <Td>
                    <span className="flex flex-wrap gap-1.5">
                      {row.types.map((type) => (
                        <Tag key={type}>{type}</Tag>
                      ))}
                    </span>
                  </Td>
                  <Td numeric>
                    {row.installs}
                    {row.outdated > 0 && <span className="block text-xs text-ink-2">{row.outdated} on earlier releases</span>}
                  </Td>
                  <Td className="text-ink-2">{row.liveNumber ? <Time at={row.updatedAt} /> : "Not yet"}</Td>
                </Tr>
              ))}
            </tbody>
          </Table>
        )}
      </Card>
    </Page>
  );
}

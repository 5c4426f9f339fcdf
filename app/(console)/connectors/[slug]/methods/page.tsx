import { Braces } from "lucide-react";
import { HttpMethod } from "@/components/connectors/http-method";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { loadConnector } from "@/lib/partners/loaders";

export default async function MethodsPage({ params }: { params: Promise<{ slug: string }> }) {
  const { connector } = await loadConnector((await params).slug);
  const methods = connector.definition.methods.filter((method) => !method.hidden);
  if (methods.length === 0) {
    return (
      <Card>
        <EmptyState icon={<Braces />} title="No methods yet">
          This connector authenticates, and calls can be made with its credential. Ready-made methods come with a later release of
          it.
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card>
      <Table label="Methods">
        <thead>
          <tr>
            <Th>Method</Th>
            <Th>Category</Th>
            <Th>Request</Th>
          </tr>
        </thead>
        <tbody>
          {methods.map((method) => (
            <Tr key={method.id}>
              <Td>
                <span className="block font-medium">{method.name}</span>
                {method.description && <span className="block text-xs text-ink-2">{method.description}</span>}
              </Td>
              <Td className="whitespace-nowrap text-ink-2">{method.category}</Td>
              <Td>
                <span className="flex items-center gap-2">
                  <HttpMethod name={method.httpMethod} />
                  <code className="wrap-anywhere">{method.endpoint}</code>
                </span>
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

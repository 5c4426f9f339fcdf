import { Braces, Plus } from "lucide-react";
import { HttpMethod } from "@/components/connectors/http-method";
import { ButtonLink } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { RowLink, Table, Td, Th, Tr } from "@/components/ui/table";
import { Tag } from "@/components/ui/tag";
import { loadEditor } from "@/lib/custom-connectors/loaders";

export default async function MethodsPage({ params }: { params: Promise<{ uid: string }> }) {
  const { uid, definition, mayWrite } = await loadEditor((await params).uid);
  const add = mayWrite && (
    <ButtonLink href={`/connectors/custom/${uid}/methods/new`} variant="primary" icon={<Plus aria-hidden />}>
      Add method
    </ButtonLink>
  );
  if (definition.methods.length === 0)
    return (
      <Card>
        <EmptyState icon={<Braces />} title="No methods yet" action={add}>
          A method is one operation of the API: its address, what is sent, and what comes back.
        </EmptyState>
      </Card>
    );
  return (
    <Card>
      <CardHeader title="Methods" description="What steps, lookups and calls by the API can use." actions={add} />
      <Table label="Methods">
        <thead>
          <tr>
            <Th>Method</Th>
            <Th>Category</Th>
            <Th>Request</Th>
            <Th numeric>Fields</Th>
          </tr>
        </thead>
        <tbody>
          {definition.methods.map((method) => (
            <Tr key={method.id}>
              <Td>
                <span className="flex items-center gap-2">
                  <RowLink href={`/connectors/custom/${uid}/methods/${method.id}`}>{method.name}</RowLink>
                  {method.hidden && <Tag>Hidden</Tag>}
                </span>
              </Td>
              <Td className="text-ink-2">{method.category}</Td>
              <Td>
                <span className="flex items-center gap-2">
                  <HttpMethod name={method.httpMethod} />
                  <code className="wrap-anywhere">{method.endpoint}</code>
                </span>
              </Td>
              <Td numeric>{method.requestFields.length + method.responseFields.length + method.parameters.length}</Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

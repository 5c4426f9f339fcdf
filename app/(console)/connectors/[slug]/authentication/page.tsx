import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { PlainToScripts } from "@/components/installs/plain-to-scripts";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { Tag } from "@/components/ui/tag";
import { loadAuthMethods } from "@/lib/partners/loaders";

type AuthMethodView = Awaited<ReturnType<typeof loadAuthMethods>>[number];

/** Where a value comes from, in words. */
function giver(value: AuthMethodView["values"][number]): string {
  if (value.source === "tokenResponse") return "The provider, with the token";
  if (value.source === "redirect") return "The provider, as the customer returns";
  if (value.source === "postConnect") return "The provider, right after connecting";
  if (value.source === "system") return "Keyway";
  if (value.byPartner) return value.byCustomer ? "You, or the customer" : "You";
  return "The customer";
}

function AuthMethodCard({ method }: { method: AuthMethodView }) {
  return (
    <Card>
      <CardHeader
        title={method.title}
        description={method.description ?? method.badge}
        actions={method.isDefault && <Tag>Default</Tag>}
      />
      <CardBody className="grid gap-3">
        <p className="text-sm text-ink-2">{method.appearance}</p>
        <PlainToScripts names={method.plainToScripts} connector="this connector" />
        {method.scopes.length > 0 && (
          <div className="flex flex-wrap items-center gap-1.5">
            <span className="mr-1 text-sm text-ink-2">Scopes asked for</span>
            {method.scopes.map((scope) => (
              <Tag key={scope}>{method.required.includes(scope) ? `${scope}, required` : scope}</Tag>
            ))}
          </div>
        )}
      </CardBody>
      {method.values.length > 0 && (
        <div className="border-t border-line">
          <Table label={`Values of ${method.title}`}>
            <thead>
              <tr>
                <Th>Value</Th>
                <Th>Given by</Th>
                <Th>Kept as</Th>
              </tr>
            </thead>
            <tbody>
              {method.values.map((value) => (
                <Tr key={value.name}>
                  <Td>
                    <span className="font-medium">{value.title}</span>
                    {!value.required && <span className="text-ink-3"> optional</span>}
                  </Td>
                  <Td className="text-ink-2">{giver(value)}</Td>
                  <Td className="text-ink-2">{value.secret ? "Secret, never shown again" : "Text"}</Td>
                </Tr>
              ))}
            </tbody>
          </Table>
        </div>
      )}
    </Card>
  );
}

export default async function AuthMethodsPage({ params }: { params: Promise<{ slug: string }> }) {
  const methods = await loadAuthMethods((await params).slug);
  return (
    <div className="grid max-w-4xl gap-4">
      {methods.map((method) => (
        <AuthMethodCard key={method.id} method={method} />
      ))}
    </div>
  );
}

import { PropertiesForm } from "@/components/installs/properties-form";
import { ValuesTable } from "@/components/installs/values-table";
import { EmptyState } from "@/components/ui/empty-state";
import { loadCredentials } from "@/lib/installs/loaders";

export default async function CredentialsPage({ params }: { params: Promise<{ id: string }> }) {
  const { page, values } = await loadCredentials((await params).id);
  const { view, subject } = page;
  const { form } = subject;
  return (
    <div className="grid gap-5">
      {values.length === 0 ? (
        <EmptyState title="No values">This connector needs no credential and has no properties.</EmptyState>
      ) : (
        <ValuesTable values={values} />
      )}
      {page.mayWrite && form.edit.length > 0 && (
        <PropertiesForm
          accountId={view.accountId}
          id={view.id}
          form={form}
          lookups={
            page.mayCall && view.state !== "NotAuthenticated"
              ? { accountId: view.accountId, connectionId: view.id, connectorName: view.connectorName }
              : null
          }
        />
      )}
    </div>
  );
}

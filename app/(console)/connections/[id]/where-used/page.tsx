import { Workflow } from "lucide-react";
import { EmptyState } from "@/components/ui/empty-state";
import { loadConnection } from "@/lib/installs/loaders";

export default async function WhereUsedPage({ params }: { params: Promise<{ id: string }> }) {
  const { page } = await loadConnection((await params).id);
  return (
    <EmptyState icon={<Workflow aria-hidden />} title="No cycle uses it">
      Cycles of {page.account.name} that call through this connection will be listed here. It can be deleted without stopping any.
    </EmptyState>
  );
}

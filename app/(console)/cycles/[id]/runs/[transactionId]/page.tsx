import type { Metadata } from "next";
import { TransactionDetail } from "@/components/cycles/transaction-detail";
import { builderPage } from "@/lib/cycles/loaders";
import { transactionPage } from "@/lib/run/loaders";

export const metadata: Metadata = { title: "Run" };

interface Props {
  params: Promise<{ id: string; transactionId: string }>;
}

export default async function RunPage({ params }: Props) {
  const { id, transactionId } = await params;
  const [view, { cycle, connections, mayRun }] = await Promise.all([transactionPage(id, transactionId), builderPage(id)]);
  const places = cycle.steps.map((step) => {
    const connection = connections.find((c) => c.id === step.accountConnectorId);
    return {
      stepId: step.id,
      name: step.name,
      connectionId: connection?.id ?? null,
      connectorName: connection?.connectorName ?? null,
      connectorSlug: connection?.connectorSlug ?? null,
    };
  });
  return <TransactionDetail key={transactionId} first={view} places={places} mayRun={mayRun} />;
}

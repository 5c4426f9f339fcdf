import { TransactionsList } from "@/components/cycles/transactions-list";
import { transactionsPage } from "@/lib/run/loaders";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function RunsPage({ params, searchParams }: Props) {
  const { id } = await params;
  const query = await searchParams;
  const first = await transactionsPage(id, query);
  return <TransactionsList cycleId={id} first={first} />;
}

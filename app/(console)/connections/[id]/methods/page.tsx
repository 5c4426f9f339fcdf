import { MethodsPanel } from "@/components/installs/methods-panel";
import { loadMethods } from "@/lib/installs/loaders";

export default async function MethodsPage({ params }: { params: Promise<{ id: string }> }) {
  const { page, methods } = await loadMethods((await params).id);
  return <MethodsPanel page={page} methods={methods} />;
}

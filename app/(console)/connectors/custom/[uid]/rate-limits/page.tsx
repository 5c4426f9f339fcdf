import { RateLimitsEditor } from "@/components/custom-connectors/rate-limits-editor";
import { loadEditor } from "@/lib/custom-connectors/loaders";

export default async function RateLimitsPage({ params }: { params: Promise<{ uid: string }> }) {
  const { uid, base, definition, mayWrite } = await loadEditor((await params).uid);
  return <RateLimitsEditor uid={uid} base={base} definition={definition} mayWrite={mayWrite} />;
}

import { ReleasesPanel } from "@/components/custom-connectors/releases-panel";
import { loadEditor } from "@/lib/custom-connectors/loaders";

export default async function ReleasesPage({ params }: { params: Promise<{ uid: string }> }) {
  const { uid, liveNumber, releases, outdated, mayUpgrade } = await loadEditor((await params).uid);
  return <ReleasesPanel uid={uid} liveNumber={liveNumber} releases={releases} outdated={outdated} mayUpgrade={mayUpgrade} />;
}

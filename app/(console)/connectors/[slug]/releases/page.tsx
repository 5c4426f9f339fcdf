import { Card } from "@/components/ui/card";
import { StateTag, type State } from "@/components/ui/state-tag";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { loadReleases } from "@/lib/partners/loaders";

const STATUS: Record<string, { tone: State; meaning: string }> = {
  Draft: { tone: "wait", meaning: "Being worked on. It can't be installed." },
  Live: { tone: "ok", meaning: "What new installations use." },
  Deprecated: { tone: "off", meaning: "Replaced by a later release." },
};

export default async function ReleasesPage({ params }: { params: Promise<{ slug: string }> }) {
  const releases = await loadReleases((await params).slug);
  return (
    <Card className="max-w-4xl">
      <Table label="Releases">
        <thead>
          <tr>
            <Th>Release</Th>
            <Th>Status</Th>
            <Th>Meaning</Th>
            <Th>Made</Th>
          </tr>
        </thead>
        <tbody>
          {releases.map((release) => (
            <Tr key={release.id}>
              <Td className="font-medium tabular-nums">{release.number}</Td>
              <Td>
                <StateTag state={STATUS[release.status]?.tone ?? "off"}>{release.status}</StateTag>
              </Td>
              <Td className="text-ink-2">{STATUS[release.status]?.meaning}</Td>
              <Td className="text-ink-2">
                <Time at={release.createdAt} as="date" />
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

"use client";

import { ArrowUpCircle } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { upgradeInstallsAction } from "@/lib/custom-connectors/actions";
import type { InstallOfRelease, ReleaseRow } from "@/lib/custom-connectors/types";
import { settle } from "@/lib/kernel/outcome";
import { AlertDialog } from "../ui/alert-dialog";
import { Button } from "../ui/button";
import { Card, CardHeader } from "../ui/card";
import { Note } from "../ui/note";
import { StateTag, type State } from "../ui/state-tag";
import { RowLink, Table, Td, Th, Tr } from "../ui/table";
import { Tag } from "../ui/tag";
import { Time } from "../ui/time";
import { toast } from "../ui/toast";

const STATUS: Readonly<Record<ReleaseRow["status"], { tone: State; meaning: string }>> = {
  Draft: { tone: "wait", meaning: "Being worked on. It can't be installed." },
  Live: { tone: "ok", meaning: "What new installations use." },
  Deprecated: { tone: "off", meaning: "Replaced by a later release." },
};

export interface ReleasesPanelProps {
  uid: string;
  liveNumber: string | null;
  releases: readonly ReleaseRow[];
  outdated: readonly (InstallOfRelease & { readonly isPrompted: boolean })[];
  mayUpgrade: boolean;
}

/** Releases of a connector, and the installations that aren't on the live one. */
export function ReleasesPanel({ uid, liveNumber, releases, outdated, mayUpgrade }: ReleasesPanelProps) {
  const router = useRouter();
  const [kept, setKept] = useState<readonly string[]>([]);
  const upgrade = async (ids: readonly number[] | null): Promise<void | string> => {
    const done = settle(await upgradeInstallsAction({ uid, ids: ids === null ? null : [...ids] }).catch(() => undefined));
    if (!done.ok) return done.error.message;
    setKept(done.value.kept);
    const { moved } = done.value;
    toast.ok(`${moved} ${moved === 1 ? "installation" : "installations"} upgraded`);
    router.refresh();
  };
  return (
    <div className="grid gap-5">
      {outdated.length > 0 && (
        <Card>
          <CardHeader
            title="Installations on earlier releases"
            description={`They go on as they are. Upgrading moves them to release ${liveNumber ?? ""}; values and credentials stay.`}
            actions={
              mayUpgrade &&
              outdated.length > 1 && (
                <AlertDialog
                  harmless
                  trigger={<Button icon={<ArrowUpCircle aria-hidden />}>{`Upgrade all ${outdated.length}`}</Button>}
                  title={`Upgrade ${outdated.length} installations?`}
                  consequence={`From then on they use release ${liveNumber ?? ""}. One whose authentication method is gone stays where it is.`}
                  confirmLabel="Upgrade all"
                  onConfirm={() => upgrade(null)}
                />
              )
            }
          />
          {kept.length > 0 && (
            <div className="px-4 pb-3">
              <Note kind="warn" role="status" title="Not upgraded">
                {kept.join(", ")}: the live release no longer has their authentication method.
              </Note>
            </div>
          )}
          <Table label="Installations on earlier releases">
            <thead>
              <tr>
                <Th>Connection</Th>
                <Th>Account</Th>
                <Th>Release</Th>
                <Th />
              </tr>
            </thead>
            <tbody>
              {outdated.map((install) => (
                <Tr key={install.id}>
                  <Td>
                    <RowLink href={`/connections/${install.id}`}>{install.name}</RowLink>
                  </Td>
                  <Td className="text-ink-2">{install.accountName}</Td>
                  <Td>
                    <span className="flex flex-wrap items-center gap-2">
                      <span className="tabular-nums">{install.number}</span>
                      {install.isPrompted && <Tag icon={<ArrowUpCircle aria-hidden />}>Update available</Tag>}
                    </span>
                  </Td>
                  <Td className="text-right">
                    {mayUpgrade && (
                      <Button
                        small
                        className="relative z-10"
                        onClick={async () => {
                          const problem = await upgrade([install.id]);
                          if (problem) toast.bad(problem);
                        }}
                      >
                        Upgrade<span className="sr-only"> {install.name}</span>
                      </Button>
                    )}
                  </Td>
                </Tr>
              ))}
            </tbody>
          </Table>
        </Card>
      )}
      <Card>
        <Table label="Releases">
          <thead>
            <tr>
              <Th>Release</Th>
              <Th>Status</Th>
              <Th>Notes</Th>
              <Th numeric>Installations</Th>
              <Th>Published</Th>
            </tr>
          </thead>
          <tbody>
            {releases.map((release) => (
              <Tr key={release.id}>
                <Td className="font-medium tabular-nums">{release.number || "Draft"}</Td>
                <Td>
                  <StateTag state={STATUS[release.status].tone}>{release.status}</StateTag>
                </Td>
                <Td className="min-w-44 text-ink-2">{release.comments || STATUS[release.status].meaning}</Td>
                <Td numeric>{release.installs}</Td>
                <Td className="text-ink-2">{release.promotedAt ? <Time at={release.promotedAt} /> : "Not yet"}</Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      </Card>
    </div>
  );
}

"use client";

import { ArrowUpCircle } from "lucide-react";
import { Link } from "../ui/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { upgradeInstallsAction } from "@/lib/custom-connectors/actions";
import type { AvailableUpdate } from "@/lib/catalog/types";
import { settle } from "@/lib/kernel/outcome";
import { Button } from "../ui/button";
import { Note } from "../ui/note";
import { Tag } from "../ui/tag";
import { toast } from "../ui/toast";

/** Says at a connection or a step that its connector has a later major release. */
export function UpdateTag() {
  return <Tag icon={<ArrowUpCircle aria-hidden />}>Update available</Tag>;
}

interface Upgradable {
  readonly id: number;
  readonly name: string;
  readonly connectorName: string;
  readonly update: AvailableUpdate | null;
}

/** Moves installations of one connector to its live release, and says how it went. */
function useUpgrade(uid: string) {
  const router = useRouter();
  const [pending, setPending] = useState(false);
  const upgrade = async (ids: readonly number[] | null) => {
    setPending(true);
    const done = settle(await upgradeInstallsAction({ uid, ids: ids && [...ids] }).catch(() => undefined));
    setPending(false);
    if (!done.ok) return toast.bad(done.error.message);
    const { moved, kept } = done.value;
    if (kept.length > 0) toast.bad(`Not upgraded: ${kept.join(", ")}. The release no longer has their authentication method.`);
    if (moved > 0) toast.ok(`${moved} ${moved === 1 ? "connection" : "connections"} upgraded`);
    router.refresh();
  };
  return { pending, upgrade };
}

/** At one connection: what it is on, what there is, and the way there. */
export function UpdateNote({ connection, mayWrite }: { connection: Upgradable; mayWrite: boolean }) {
  const { update } = connection;
  return update && <One connection={connection} update={update} mayWrite={mayWrite} />;
}

function One({ connection, update, mayWrite }: { connection: Upgradable; update: AvailableUpdate; mayWrite: boolean }) {
  const { pending, upgrade } = useUpgrade(update.uid);
  return (
    <Note
      kind="info"
      title="Update available"
      actions={
        mayWrite && (
          <Button small pending={pending} onClick={() => void upgrade([connection.id])}>
            Upgrade to {update.to}
          </Button>
        )
      }
    >
      {connection.connectorName} has release {update.to}; {connection.name} is on {update.from}. Values and credential stay.{" "}
      <Link className="link" href={`/connectors/custom/${update.uid}/releases`}>
        What changed
      </Link>
    </Note>
  );
}

/** Above a list of connections: each connector with a later release, and all of its connections in one press. */
export function UpdateNotes({ connections, mayWrite }: { connections: readonly Upgradable[]; mayWrite: boolean }) {
  const byConnector = new Map<string, Upgradable[]>();
  for (const connection of connections)
    if (connection.update)
      byConnector.set(connection.update.uid, [...(byConnector.get(connection.update.uid) ?? []), connection]);
  return [...byConnector].map(([uid, behind]) => <Several key={uid} uid={uid} behind={behind} mayWrite={mayWrite} />);
}

function Several({ uid, behind, mayWrite }: { uid: string; behind: readonly Upgradable[]; mayWrite: boolean }) {
  const { pending, upgrade } = useUpgrade(uid);
  const [first] = behind;
  if (!first?.update) return null;
  return (
    <Note
      kind="info"
      title={`Update available for ${first.connectorName}`}
      actions={
        mayWrite && (
          <Button small pending={pending} onClick={() => void upgrade(null)}>
            {behind.length === 1 ? "Upgrade" : `Upgrade all ${behind.length}`}
            <span className="sr-only"> of {first.connectorName}</span>
          </Button>
        )
      }
    >
      {behind.length === 1 ? "1 connection is" : `${behind.length} connections are`} on an earlier release than {first.update.to}.{" "}
      <Link className="link" href={`/connectors/custom/${uid}/releases`}>
        What changed
      </Link>
    </Note>
  );
}

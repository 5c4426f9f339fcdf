"use client";

import { Download, MoreHorizontal, Rocket, Trash2, Undo2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { deleteCustomConnectorAction, discardDraftAction, publishAction } from "@/lib/custom-connectors/actions";
import { settle } from "@/lib/kernel/outcome";
import { AlertDialog } from "../ui/alert-dialog";
import { Button, IconButton } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Menu, MenuItem, MenuLink, MenuSeparator } from "../ui/menu";
import { Note } from "../ui/note";
import { Segmented } from "../ui/segmented";
import { Textarea } from "../ui/textarea";
import { toast } from "../ui/toast";

export interface DraftActionsProps {
  uid: string;
  name: string;
  base: string;
  isDraft: boolean;
  liveNumber: string | null;
  installs: number;
}

type Kind = "major" | "minor";

const KIND_HELP: Readonly<Record<Kind, string>> = {
  major: "Installations and steps show that an update is available.",
  minor: "Nobody is told; installations can be upgraded all the same.",
};

/** Publish, export, discard and delete. */
export function DraftActions({ uid, name, base, isDraft, liveNumber, installs }: DraftActionsProps) {
  const router = useRouter();
  const [asked, setAsked] = useState<"discard" | "delete" | null>(null);
  return (
    <>
      {isDraft && <Publish uid={uid} name={name} base={base} liveNumber={liveNumber} installs={installs} />}
      <Menu trigger={<IconButton label="More" variant="secondary" icon={<MoreHorizontal aria-hidden />} />}>
        <MenuLink icon={<Download aria-hidden />} href={`/api/custom-connectors/${uid}/export`} download>
          Export as JSON
        </MenuLink>
        {isDraft && liveNumber !== null && (
          <MenuItem icon={<Undo2 aria-hidden />} onClick={() => setAsked("discard")}>
            Discard draft
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem danger icon={<Trash2 aria-hidden />} onClick={() => setAsked("delete")}>
          Delete connector
        </MenuItem>
      </Menu>
      <AlertDialog
        open={asked === "discard"}
        onOpenChange={(open) => !open && setAsked(null)}
        title="Discard the draft?"
        consequence={`What was changed since release ${liveNumber ?? ""} is lost. The live release stays as it is.`}
        confirmLabel="Discard draft"
        onConfirm={async () => {
          const done = settle(await discardDraftAction({ uid }).catch(() => undefined));
          if (!done.ok) return done.error.message;
          router.refresh();
        }}
      />
      <AlertDialog
        open={asked === "delete"}
        onOpenChange={(open) => !open && setAsked(null)}
        title={`Delete ${name}?`}
        consequence="The connector and all its releases go, with what you saved in its Authentication settings. It can't be undone."
        confirmLabel="Delete connector"
        onConfirm={async () => {
          const done = settle(await deleteCustomConnectorAction({ uid }).catch(() => undefined));
          if (!done.ok) return done.error.message;
          router.push("/connectors/custom");
          router.refresh();
        }}
      />
    </>
  );
}

function Publish({ uid, name, base, liveNumber, installs }: Omit<DraftActionsProps, "isDraft">) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [kind, setKind] = useState<Kind>("minor");
  const [comments, setComments] = useState("");
  const [problem, setProblem] = useState<readonly string[]>([]);
  const [pending, setPending] = useState(false);
  const publish = async () => {
    setPending(true);
    setProblem([]);
    const done = settle(await publishAction({ uid, base, kind, comments }).catch(() => undefined));
    setPending(false);
    if (!done.ok) {
      const places = Object.values(done.error.fields ?? {});
      return setProblem(places.length > 0 ? places : [done.error.message]);
    }
    setOpen(false);
    toast.ok(`Release ${done.value.number} is live`);
    router.refresh();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setProblem([]);
      }}
      title={`Publish ${name}`}
      description={
        liveNumber === null
          ? "The draft becomes release 1.0 and can be installed into accounts."
          : `The draft becomes the live release; ${liveNumber} is deprecated. Installations stay on theirs until they are upgraded.`
      }
      trigger={
        <Button variant="primary" icon={<Rocket aria-hidden />}>
          Publish
        </Button>
      }
      footer={
        <>
          <Button onClick={() => setOpen(false)}>Cancel</Button>
          <Button variant="primary" pending={pending} onClick={() => void publish()}>
            Publish
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {problem.length > 0 && (
          <Note kind="bad" role="alert" title="Not published">
            <ul>
              {problem.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </Note>
        )}
        {liveNumber !== null && (
          <Field
            label="Release"
            group
            help={`${KIND_HELP[kind]} ${installs === 1 ? "1 installation" : `${installs} installations`} now.`}
          >
            <Segmented<Kind>
              value={kind}
              onValueChange={setKind}
              options={[
                { value: "minor", label: "Minor" },
                { value: "major", label: "Major" },
              ]}
            />
          </Field>
        )}
        <Field label="Release notes" optionalMark="end">
          <Textarea rows={3} value={comments} onChange={(event) => setComments(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}

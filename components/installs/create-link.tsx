"use client";

import { Link2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useState, useTransition } from "react";
import { settle } from "@/lib/kernel/outcome";
import { createLinkAction } from "@/lib/oauth/actions";
import { Button } from "../ui/button";
import { CopyField } from "../ui/copy-field";
import { Dialog, DialogFooter } from "../ui/dialog";
import { Field } from "../ui/field";
import { Note } from "../ui/note";
import { Select } from "../ui/select";
import { Time } from "../ui/time";

const LIFETIMES = [
  { value: "5", label: "5 minutes" },
  { value: "60", label: "1 hour" },
  { value: "1440", label: "1 day" },
  { value: "10080", label: "7 days" },
] as const;
type Minutes = 5 | 60 | 1440 | 10080;

interface Made {
  readonly url: string;
  readonly token: string;
  readonly expiresAt: number;
}

export interface CreateLinkProps {
  connection: { readonly id: number; readonly accountId: string; readonly name: string; readonly accountName: string };
}

/** Makes a link by which somebody without an account signs in this one connection. */
export function CreateLink({ connection }: CreateLinkProps) {
  // In the address, so that the command palette leads straight to it.
  const [link, setLink] = useQueryState("link", parseAsStringLiteral(["create"]));
  const open = link !== null;
  const setOpen = (next: boolean) => void setLink(next ? "create" : null);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={<Button icon={<Link2 aria-hidden />}>Create connect link</Button>}
      title="Create connect link"
      description={`For ${connection.name} in ${connection.accountName}`}
      flush
    >
      {open && <Body connection={connection} close={() => setOpen(false)} />}
    </Dialog>
  );
}

function Body({ connection, close }: CreateLinkProps & { close: () => void }) {
  const router = useRouter();
  const [minutes, setMinutes] = useState<string>("5");
  const [made, setMade] = useState<Made | null>(null);
  const [problem, setProblem] = useState<string>();
  const [pending, startTransition] = useTransition();
  const create = () =>
    startTransition(async () => {
      setProblem(undefined);
      const result = settle(
        await createLinkAction({
          accountId: connection.accountId,
          id: connection.id,
          minutes: Number(minutes) as Minutes,
        }),
      );
      if (!result.ok) return setProblem(result.error.message);
      setMade(result.value);
      router.refresh();
    });
  return (
    <>
      <div className="grid gap-4 px-5 py-4.5">
        {made ? (
          <>
            <Note kind="ok" role="status" title="The link is made">
              Send the link and the token apart, such as by e-mail and by phone. Neither is shown again.
            </Note>
            <CopyField label="Link" what="link" value={made.url} />
            <CopyField
              label="Token"
              what="token"
              value={made.token}
              help="Typed on the page that the link opens. It works once."
            />
            <p className="text-sm text-ink-2">
              It can be opened until it ends, <Time at={made.expiresAt} />.
            </p>
          </>
        ) : (
          <>
            <p className="text-sm text-ink-2">
              Somebody at {connection.accountName} opens the link, types the token and signs in. They need no account here and see
              nothing but this one connection.
            </p>
            <Field label="It can be opened for">
              <Select options={LIFETIMES} value={minutes} onValueChange={setMinutes} className="max-w-48" />
            </Field>
            {problem && (
              <Note kind="bad" role="alert">
                {problem}
              </Note>
            )}
          </>
        )}
      </div>
      <DialogFooter>
        {made ? (
          <Button variant="primary" onClick={close}>
            Done
          </Button>
        ) : (
          <>
            <Button variant="quiet" onClick={close}>
              Cancel
            </Button>
            <Button variant="primary" onClick={create} pending={pending}>
              Create
            </Button>
          </>
        )}
      </DialogFooter>
    </>
  );
}

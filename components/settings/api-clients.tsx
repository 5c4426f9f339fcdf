"use client";

import { KeyRound, Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { createApiClientAction, deleteApiClientAction, revokeTokenAction } from "@/lib/api-clients/actions";
import { MAX_CLIENTS } from "@/lib/api-clients/constants";
import type { AccessTokenView, ApiAccess, ApiClientView } from "@/lib/api-clients/types";
import { settle } from "@/lib/kernel/outcome";
import { ConfirmAction } from "../shell/confirm-action";
import { Button } from "../ui/button";
import { Card, CardBody, CardHeader } from "../ui/card";
import { CopyButton } from "../ui/copy-button";
import { CopyField } from "../ui/copy-field";
import { Dialog, DialogFooter } from "../ui/dialog";
import { EmptyState } from "../ui/empty-state";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Note } from "../ui/note";
import { Select } from "../ui/select";
import { ActionsTh, Table, Td, Th, Tr } from "../ui/table";
import { Tail } from "../ui/tail";
import { Time } from "../ui/time";

const ACCESS = [
  { value: "full", label: "Read and change" },
  { value: "read", label: "Read only" },
] as const;
const ACCESS_WORDS: Record<ApiAccess, string> = { full: "Read and change", read: "Read only" };

/** The partner's credential sets, at most five. */
export function ApiClients({ clients, mayWrite }: { clients: readonly ApiClientView[]; mayWrite: boolean }) {
  const isFull = clients.length >= MAX_CLIENTS;
  return (
    <Card className="overflow-x-auto">
      <CardHeader
        title="Credential sets"
        description={`Client id and secret of your backend. Up to ${MAX_CLIENTS}.`}
        actions={mayWrite && !isFull && <NewClient />}
      />
      {clients.length === 0 ? (
        <CardBody>
          <EmptyState icon={<KeyRound aria-hidden />} title="No credential set yet">
            Make one to let your backend use the API.
          </EmptyState>
        </CardBody>
      ) : (
        <Table label="Credential sets">
          <thead>
            <Tr>
              <Th>Name</Th>
              <Th>Client id</Th>
              <Th>Secret</Th>
              <Th>May</Th>
              <Th>Made</Th>
              <Th>Last token</Th>
              <ActionsTh />
            </Tr>
          </thead>
          <tbody>
            {clients.map((client) => (
              <Tr key={client.id}>
                <Td className="font-medium">{client.name}</Td>
                <Td>
                  <span className="flex items-center gap-1">
                    <span className="font-mono text-xs">{client.clientId}</span>
                    <CopyButton text={client.clientId} what="client id" iconOnly small />
                  </span>
                </Td>
                <Td>
                  <Tail last4={client.last4} />
                </Td>
                <Td>{ACCESS_WORDS[client.access]}</Td>
                <Td>
                  <Time at={client.createdAt} /> by {client.createdBy}
                </Td>
                <Td>
                  {client.lastUsedAt === null ? <span className="text-ink-3">Never</span> : <Time at={client.lastUsedAt} />}
                </Td>
                <Td className="w-px text-right">{mayWrite && <DeleteClient client={client} />}</Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

const DeleteClient = ({ client }: { client: ApiClientView }) => (
  <ConfirmAction
    label="Delete"
    title={`Delete ${client.name}?`}
    consequence="Whoever uses it is refused at once, also with tokens they already have. This can't be taken back."
    confirmLabel="Delete credential set"
    action={() => deleteApiClientAction({ id: client.id })}
    done="The credential set is deleted"
  />
);

function NewClient() {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="primary" icon={<Plus aria-hidden />}>
          New credential set
        </Button>
      }
      title="New credential set"
      flush
    >
      {open && <NewClientBody close={() => setOpen(false)} />}
    </Dialog>
  );
}

function NewClientBody({ close }: { close: () => void }) {
  const router = useRouter();
  const [name, setName] = useState("");
  const [access, setAccess] = useState<ApiAccess>("full");
  const [made, setMade] = useState<{ clientId: string; clientSecret: string } | null>(null);
  const [problem, setProblem] = useState<{ name?: string; text?: string }>({});
  const [pending, startTransition] = useTransition();
  const create = () =>
    startTransition(async () => {
      setProblem({});
      const result = settle(await createApiClientAction({ name, access }));
      if (!result.ok) {
        const field = result.error.fields?.name;
        setProblem(field ? { name: field } : { text: result.error.message });
        return;
      }
      setMade(result.value);
      router.refresh();
    });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!made) create();
      }}
    >
      <div className="grid gap-4 px-5 py-4.5">
        {made ? (
          <>
            <Note kind="ok" role="status" title="The credential set is made">
              Keep the secret where your backend finds it. It isn&apos;t shown again.
            </Note>
            <CopyField label="Client id" what="client id" value={made.clientId} />
            <CopyField label="Client secret" what="client secret" value={made.clientSecret} />
          </>
        ) : (
          <>
            <Field label="Name" help="What uses it, such as Production backend." required error={problem.name}>
              <Input value={name} onChange={(event) => setName(event.target.value)} />
            </Field>
            <Field label="It may">
              <Select
                options={ACCESS}
                value={access}
                onValueChange={(value) => setAccess(value as ApiAccess)}
                className="max-w-56"
              />
            </Field>
            {problem.text && (
              <Note kind="bad" role="alert">
                {problem.text}
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
            <Button type="submit" variant="primary" pending={pending}>
              Create
            </Button>
          </>
        )}
      </DialogFooter>
    </form>
  );
}

/** Access tokens that are good now. */
export function AccessTokens({ tokens, mayWrite }: { tokens: readonly AccessTokenView[]; mayWrite: boolean }) {
  return (
    <Card className="overflow-x-auto">
      <CardHeader title="Access tokens" description="Good for 14 days. Newest first, at most 100." />
      {tokens.length === 0 ? (
        <CardBody>
          <p className="text-sm text-ink-2">No token is good now.</p>
        </CardBody>
      ) : (
        <Table label="Access tokens">
          <thead>
            <Tr>
              <Th>Token</Th>
              <Th>Credential set</Th>
              <Th>Account</Th>
              <Th>May</Th>
              <Th>Issued</Th>
              <Th>Ends</Th>
              <Th>From</Th>
              <ActionsTh />
            </Tr>
          </thead>
          <tbody>
            {tokens.map((token) => (
              <Tr key={token.id}>
                <Td>
                  <Tail last4={token.last4} />
                </Td>
                <Td>{token.clientName}</Td>
                <Td>{token.accountName ?? <span className="text-ink-2">Every account</span>}</Td>
                <Td>{ACCESS_WORDS[token.access]}</Td>
                <Td>
                  <Time at={token.createdAt} />
                </Td>
                <Td>
                  <Time at={token.expiresAt} />
                </Td>
                <Td className="font-mono text-xs text-ink-2">{token.ip ?? ""}</Td>
                <Td className="w-px text-right">
                  {mayWrite && (
                    <ConfirmAction
                      label="Revoke"
                      title="Revoke this token?"
                      consequence="Whoever holds it is refused at once. The credential set can get a new one."
                      confirmLabel="Revoke token"
                      action={() => revokeTokenAction({ id: token.id })}
                      done="The token is revoked"
                    />
                  )}
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

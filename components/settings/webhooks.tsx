"use client";

import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { settle } from "@/lib/kernel/outcome";
import { createEndpointAction, deleteEndpointAction, replaceSecretAction, sendAgainAction } from "@/lib/webhooks/actions";
import { MAX_ENDPOINTS, WEBHOOK_EVENTS, type WebhookEvent } from "@/lib/webhooks/constants";
import type { WebhookDeliveryView, WebhookEndpointView } from "@/lib/webhooks/types";
import { ConfirmAction } from "../shell/confirm-action";
import { Button } from "../ui/button";
import { Card, CardBody, CardHeader } from "../ui/card";
import { Checkbox } from "../ui/checkbox";
import { CopyField } from "../ui/copy-field";
import { Dialog, DialogFooter } from "../ui/dialog";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Note } from "../ui/note";
import { ActionsTh, Table, Td, Th, Tr } from "../ui/table";
import { Tail } from "../ui/tail";
import { Time } from "../ui/time";
import { toast } from "../ui/toast";

/** Where the partner's backend is told of what happens. */
export function WebhookEndpoints({ endpoints, mayWrite }: { endpoints: readonly WebhookEndpointView[]; mayWrite: boolean }) {
  return (
    <Card className="overflow-x-auto">
      <CardHeader
        title="Webhooks"
        description="Your backend is told of what happens, signed as Standard Webhooks says."
        actions={mayWrite && endpoints.length < MAX_ENDPOINTS && <NewEndpoint />}
      />
      {endpoints.length === 0 ? (
        <CardBody>
          <p className="text-sm text-ink-2">No endpoint yet.</p>
        </CardBody>
      ) : (
        <Table label="Webhook endpoints">
          <thead>
            <Tr>
              <Th>URL</Th>
              <Th>Events</Th>
              <Th>Secret</Th>
              <Th>Made</Th>
              <ActionsTh />
            </Tr>
          </thead>
          <tbody>
            {endpoints.map((endpoint) => (
              <Tr key={endpoint.id}>
                <Td className="min-w-48 font-mono text-xs wrap-anywhere">{endpoint.url}</Td>
                <Td className="text-xs text-ink-2">{endpoint.events.join(", ")}</Td>
                <Td>
                  <Tail last4={endpoint.last4} />
                </Td>
                <Td>
                  <Time at={endpoint.createdAt} /> by {endpoint.createdBy}
                </Td>
                <Td className="w-px text-right whitespace-nowrap">
                  {mayWrite && <NewSecret endpoint={endpoint} />}
                  {mayWrite && (
                    <ConfirmAction
                      label="Remove"
                      title="Remove this endpoint?"
                      consequence="It is told of nothing any more, and its deliveries are no longer listed."
                      confirmLabel="Remove endpoint"
                      action={() => deleteEndpointAction({ id: endpoint.id })}
                      done="The endpoint is removed"
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

/** Replaces the signing secret and shows the new one once. */
function NewSecret({ endpoint }: { endpoint: WebhookEndpointView }) {
  const [made, setMade] = useState<string | null>(null);
  return (
    <>
      <ConfirmAction
        label="New secret"
        variant="quiet"
        title="Make a new signing secret?"
        consequence="Messages are signed with both for a day, so that you can change over."
        confirmLabel="Make new secret"
        action={() => replaceSecretAction({ id: endpoint.id })}
        done={({ secret }: { secret: string }) => setMade(secret)}
      />
      <Dialog open={made !== null} onOpenChange={(open) => !open && setMade(null)} title="New signing secret">
        <CopyField label="Signing secret" what="signing secret" value={made ?? ""} help="It isn't shown again." />
      </Dialog>
    </>
  );
}

function NewEndpoint() {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={<Button icon={<Plus aria-hidden />}>New endpoint</Button>}
      title="New webhook endpoint"
      flush
    >
      {open && <NewEndpointBody close={() => setOpen(false)} />}
    </Dialog>
  );
}

function NewEndpointBody({ close }: { close: () => void }) {
  const router = useRouter();
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState<readonly WebhookEvent[]>(WEBHOOK_EVENTS);
  const [made, setMade] = useState<string | null>(null);
  const [problem, setProblem] = useState<{ url?: string; events?: string; text?: string }>({});
  const [pending, startTransition] = useTransition();
  const create = () =>
    startTransition(async () => {
      setProblem({});
      const result = settle(await createEndpointAction({ url, events: [...events] }));
      if (!result.ok) {
        const { fields } = result.error;
        setProblem(fields?.url || fields?.events ? fields : { text: result.error.message });
        return;
      }
      setMade(result.value.secret);
      router.refresh();
    });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (made === null) create();
      }}
    >
      <div className="grid gap-4 px-5 py-4.5">
        {made === null ? (
          <>
            <Field label="URL" required error={problem.url}>
              <Input type="url" mono placeholder="https://" value={url} onChange={(event) => setUrl(event.target.value)} />
            </Field>
            <Field label="Events" group error={problem.events}>
              <div className="grid gap-2">
                {WEBHOOK_EVENTS.map((name) => (
                  <Checkbox
                    key={name}
                    label={name}
                    checked={events.includes(name)}
                    onCheckedChange={(on) => setEvents(on ? [...events, name] : events.filter((each) => each !== name))}
                  />
                ))}
              </div>
            </Field>
            {problem.text && (
              <Note kind="bad" role="alert">
                {problem.text}
              </Note>
            )}
          </>
        ) : (
          <>
            <Note kind="ok" role="status" title="The endpoint is added">
              Check signatures with this secret. It isn&apos;t shown again.
            </Note>
            <CopyField label="Signing secret" what="signing secret" value={made} />
          </>
        )}
      </div>
      <DialogFooter>
        {made === null ? (
          <>
            <Button variant="quiet" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" variant="primary" pending={pending}>
              Add
            </Button>
          </>
        ) : (
          <Button variant="primary" onClick={close}>
            Done
          </Button>
        )}
      </DialogFooter>
    </form>
  );
}

const STATES = { pending: "Waiting", delivered: "Delivered", failed: "Failed" } as const;

/** What was sent, how often it was tried, and a way to send it once more. */
export function WebhookDeliveries({ deliveries, mayWrite }: { deliveries: readonly WebhookDeliveryView[]; mayWrite: boolean }) {
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  if (deliveries.length === 0) return null;
  const again = (id: string) =>
    startTransition(async () => {
      const done = settle(await sendAgainAction({ id }));
      if (!done.ok) toast.bad(done.error.message);
      else toast.ok("It is sent again");
      router.refresh();
    });
  return (
    <Card className="overflow-x-auto">
      <CardHeader title="Deliveries" description="The last 50 messages, newest first." />
      <Table label="Webhook deliveries">
        <thead>
          <Tr>
            <Th>Event</Th>
            <Th>To</Th>
            <Th>Made</Th>
            <Th>State</Th>
            <Th>Tries</Th>
            <Th>Last answer</Th>
            <ActionsTh />
          </Tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => {
            const last = delivery.attempts.at(-1);
            return (
              <Tr key={delivery.id}>
                <Td className="font-mono text-xs">{delivery.event}</Td>
                <Td className="min-w-44 text-xs text-ink-2 wrap-anywhere">{delivery.endpointUrl}</Td>
                <Td>
                  <Time at={delivery.createdAt} />
                </Td>
                <Td>{STATES[delivery.state]}</Td>
                <Td>{delivery.attempts.length}</Td>
                <Td className="text-xs text-ink-2">
                  {last ? (last.problem ?? `${last.status} in ${last.durationMs} ms`) : "None yet"}
                </Td>
                <Td className="w-px text-right">
                  {mayWrite && (
                    <Button small pending={pending} onClick={() => again(delivery.id)}>
                      Send again
                    </Button>
                  )}
                </Td>
              </Tr>
            );
          })}
        </tbody>
      </Table>
    </Card>
  );
}

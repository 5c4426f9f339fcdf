"use client";

import { useActionForm } from "@/components/fields/use-action-form";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Note } from "@/components/ui/note";
import { ActionsTh, Table, Td, Th, Tr } from "@/components/ui/table";
import { Tag } from "@/components/ui/tag";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import { changePasswordAction, revokeSessionAction } from "@/lib/access/actions";
import { changePasswordSchema } from "@/lib/access/schema";
import { settle } from "@/lib/kernel/outcome";

export interface ProfileProps {
  /** The session of this browser. */
  current: string;
  sessions: readonly { id: string; createdAt: number; lastSeenAt: number; ip: string | null; userAgent: string | null }[];
}

/** "Chrome on Linux" of a user agent; the start of it where it is an odd one. */
function browserName(userAgent: string | null): string {
  if (!userAgent) return "Unknown browser";
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\//.exec(userAgent)?.[1];
  const system = /(Windows|Mac OS X|Android|iPhone|iPad|Linux)/.exec(userAgent)?.[1];
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera" };
  return browser
    ? `${names[browser] ?? browser}${system ? ` on ${system.replace("Mac OS X", "macOS")}` : ""}`
    : userAgent.slice(0, 40);
}

/** A person's own password and where they are signed in. */
export function Profile({ current, sessions }: ProfileProps) {
  const end = async (sessionId: string) => {
    const result = settle(await revokeSessionAction({ sessionId }));
    if (result.ok) toast.ok("Session ended");
    else toast.bad(result.error.message);
  };
  return (
    <div className="grid max-w-4xl grid-cols-1 gap-6">
      <Card className="max-w-130">
        <CardHeader title="Password" description="Changing it ends your other sessions." />
        <CardBody>
          <PasswordForm />
        </CardBody>
      </Card>
      <section aria-labelledby="sessions">
        <h2 id="sessions" className="mb-3">
          Where you are signed in
        </h2>
        <Card className="overflow-x-auto">
          <Table label="Sessions">
            <thead>
              <Tr>
                <Th>Browser</Th>
                <Th className="max-sm:hidden">Address</Th>
                <Th>Last seen</Th>
                <ActionsTh />
              </Tr>
            </thead>
            <tbody>
              {sessions.map((session) => (
                <Tr key={session.id}>
                  <Td>{browserName(session.userAgent)}</Td>
                  <Td className="font-mono text-xs text-ink-2 max-sm:hidden">{session.ip ?? ""}</Td>
                  <Td className="text-ink-2">
                    <Time at={session.lastSeenAt} />
                  </Td>
                  <Td className="text-right">
                    {session.id === current ? (
                      <Tag>This one</Tag>
                    ) : (
                      <Button small variant="quiet-danger" onClick={() => void end(session.id)}>
                        End session
                      </Button>
                    )}
                  </Td>
                </Tr>
              ))}
            </tbody>
          </Table>
        </Card>
      </section>
    </div>
  );
}

function PasswordForm() {
  const { form, submit, failure, pending } = useActionForm({
    schema: changePasswordSchema,
    defaultValues: { current: "", next: "" },
    action: changePasswordAction,
    onDone: (_value: null, done) => {
      done.reset();
      toast.ok("Password changed");
    },
  });
  const errors = form.formState.errors as Record<string, { message?: string } | undefined>;
  return (
    <form noValidate onSubmit={submit} className="grid gap-4">
      {failure && (
        <Note kind="bad" role="alert">
          {failure.message}
        </Note>
      )}
      <Field label="Current password" required error={errors.current?.message}>
        <Input type="password" autoComplete="current-password" {...form.register("current")} />
      </Field>
      <Field label="New password" required help="At least 10 characters." error={errors.next?.message}>
        <Input type="password" autoComplete="new-password" {...form.register("next")} />
      </Field>
      <div>
        <Button type="submit" pending={pending}>
          Change password
        </Button>
      </div>
    </form>
  );
}

"use client";

import { UserMinus, UserPlus, X } from "lucide-react";
import { useState } from "react";
import { useActionForm } from "@/components/fields/use-action-form";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Button, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Note } from "@/components/ui/note";
import { Select } from "@/components/ui/select";
import { ActionsTh, Table, Td, Th, Tr } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import {
  changeAccountRoleAction,
  changePartnerRoleAction,
  inviteAccountAction,
  invitePartnerAction,
  removeAccountMemberAction,
  removePartnerMemberAction,
  revokeAccountInvitationAction,
  revokePartnerInvitationAction,
} from "@/lib/access/actions";
import { ACCOUNT_ROLES, PARTNER_ROLES, ROLE_LABELS, type AccountRole, type PartnerRole } from "@/lib/access/constants";
import { inviteAccountSchema, invitePartnerSchema } from "@/lib/access/schema";
import { settle } from "@/lib/kernel/outcome";

type Role = PartnerRole | AccountRole;

export interface PeopleProps {
  /** Null: the partner's own team. */
  accountId: string | null;
  people: readonly { membershipId: string; userId: string; name: string; email: string; role: string; since: number }[];
  invitations: readonly { id: string; email: string; role: string; expiresAt: number }[];
  mayWrite: boolean;
  /** The person who looks; they can't take themselves out. */
  self?: string;
}

const MEANINGS: Record<Role, string> = {
  owner: "Everything, and the team itself",
  editor: "Connectors, accounts and connections",
  viewer: "Sees everything, changes nothing",
  administrator: "Installs, connects and removes connectors",
  standard: "Sees the connectors",
};

const rolesOf = (accountId: string | null): readonly Role[] => (accountId === null ? PARTNER_ROLES : ACCOUNT_ROLES);
const optionsOf = (accountId: string | null) =>
  rolesOf(accountId).map((role) => ({ value: role, label: ROLE_LABELS[role], description: MEANINGS[role] }));

/** Members and open invitations of a team or an account. */
export function People({ accountId, people, invitations, mayWrite, self }: PeopleProps) {
  const changeRole = async (membershipId: string, role: Role) => {
    const result = settle(
      accountId === null
        ? await changePartnerRoleAction({ membershipId, role: role as PartnerRole })
        : await changeAccountRoleAction({ accountId, membershipId, role: role as AccountRole }),
    );
    if (result.ok) toast.ok("Role changed");
    else toast.bad(result.error.message);
  };
  const remove = async (membershipId: string) => {
    const result = settle(
      accountId === null
        ? await removePartnerMemberAction({ membershipId })
        : await removeAccountMemberAction({ accountId, membershipId }),
    );
    return result.ok ? undefined : result.error.message;
  };
  const withdraw = async (invitationId: string) => {
    const result = settle(
      accountId === null
        ? await revokePartnerInvitationAction({ invitationId })
        : await revokeAccountInvitationAction({ accountId, invitationId }),
    );
    if (result.ok) toast.ok("Invitation withdrawn");
    else toast.bad(result.error.message);
  };
  if (people.length === 0 && invitations.length === 0) {
    return <p className="text-sm text-ink-2">Nobody yet. People you invite here sign in to this account alone.</p>;
  }
  return (
    <Card className="overflow-x-auto">
      <Table label="People">
        <thead>
          <Tr>
            <Th>Name</Th>
            <Th>E-mail</Th>
            <Th>Role</Th>
            <Th>Since</Th>
            <ActionsTh />
          </Tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <Tr key={person.membershipId}>
              <Td className="font-medium whitespace-nowrap">{person.name}</Td>
              <Td className="text-ink-2">{person.email}</Td>
              <Td>
                {mayWrite && person.userId !== self ? (
                  <Select
                    small
                    aria-label={`Role of ${person.name}`}
                    options={optionsOf(accountId)}
                    value={person.role as Role}
                    onValueChange={(role) => void changeRole(person.membershipId, role)}
                  />
                ) : (
                  ROLE_LABELS[person.role as Role]
                )}
              </Td>
              <Td className="text-ink-2">
                <Time at={person.since} as="date" />
              </Td>
              <Td className="text-right">
                {mayWrite && person.userId !== self && (
                  <AlertDialog
                    trigger={
                      <IconButton small label={`Remove ${person.name}`} icon={<UserMinus aria-hidden />} tooltip={false} />
                    }
                    title={`Remove ${person.name}?`}
                    consequence="They are signed out everywhere at once and can't come back without a new invitation."
                    confirmLabel="Remove"
                    onConfirm={() => remove(person.membershipId)}
                  />
                )}
              </Td>
            </Tr>
          ))}
          {invitations.map((invitation) => (
            <Tr key={invitation.id}>
              <Td className="text-ink-2">Invited</Td>
              <Td className="text-ink-2">{invitation.email}</Td>
              <Td>{ROLE_LABELS[invitation.role as Role]}</Td>
              <Td className="text-ink-2">
                ends <Time at={invitation.expiresAt} />
              </Td>
              <Td className="text-right">
                {mayWrite && (
                  <IconButton
                    small
                    label={`Withdraw the invitation of ${invitation.email}`}
                    icon={<X aria-hidden />}
                    onClick={() => void withdraw(invitation.id)}
                  />
                )}
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

/** Invites by e-mail address; the link is shown once, to be sent by the one who invites. */
export function InvitePerson({ accountId }: { accountId: string | null }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      size="small"
      title="Invite a person"
      description="They choose a password of their own."
      trigger={<Button icon={<UserPlus aria-hidden />}>Invite</Button>}
    >
      <InviteForm accountId={accountId} />
    </Dialog>
  );
}

function InviteForm({ accountId }: { accountId: string | null }) {
  const role: Role = accountId === null ? "editor" : "administrator";
  const { form, submit, failure, pending, done } = useActionForm({
    schema: (accountId === null ? invitePartnerSchema : inviteAccountSchema) as typeof invitePartnerSchema,
    defaultValues: { email: "", role, ...(accountId === null ? {} : { accountId }) } as never,
    action: (input) => (accountId === null ? invitePartnerAction(input) : inviteAccountAction({ ...input, accountId } as never)),
    onDone: (_value: { url: string; expiresAt: number }) => undefined,
  });
  const errors = form.formState.errors as Record<string, { message?: string } | undefined>;
  if (done) {
    return (
      <div className="grid gap-3">
        <Note kind="ok" title="Send this link to them">
          It is shown once and works once, until <Time at={done.expiresAt} as="date" />.
        </Note>
        <Input mono readOnly aria-label="Invitation link" value={done.url} onFocus={(event) => event.target.select()} />
        <div className="flex justify-end">
          <CopyButton text={done.url} what="invitation link" />
        </div>
      </div>
    );
  }
  return (
    <form noValidate onSubmit={submit} className="grid gap-4">
      {failure && (
        <Note kind="bad" role="alert">
          {failure.message}
        </Note>
      )}
      <Field label="E-mail" required error={errors.email?.message}>
        <Input type="email" autoFocus {...form.register("email")} />
      </Field>
      <Field label="Role" required error={errors.role?.message}>
        <Select
          options={optionsOf(accountId)}
          value={form.watch("role") as Role}
          onValueChange={(value) => form.setValue("role", value as never)}
        />
      </Field>
      <div className="flex justify-end">
        <Button type="submit" variant="primary" pending={pending}>
          Make invitation
        </Button>
      </div>
    </form>
  );
}

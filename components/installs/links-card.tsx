"use client";

import { revokeLinkAction } from "@/lib/oauth/actions";
import type { LinkView } from "@/lib/oauth/types";
import { ConfirmAction } from "../shell/confirm-action";
import { Card, CardHeader } from "../ui/card";
import { StateTag } from "../ui/state-tag";
import { ActionsTh, Table, Td, Th, Tr } from "../ui/table";
import { Time, useNow } from "../ui/time";
import { linkState } from "./link-state";

export interface LinksCardProps {
  links: readonly LinkView[];
  connection: { readonly id: number; readonly accountId: string };
  mayLink: boolean;
}

/** The connect links of a connection: who made them, whether and from where they were opened, and whether they did their work. */
export function LinksCard({ links, connection, mayLink }: LinksCardProps) {
  const now = useNow();
  if (links.length === 0) return null;
  return (
    <Card className="overflow-hidden">
      <CardHeader title="Connect links" description="Each works once. The token is never shown again." />
      <Table label="Connect links">
        <thead>
          <Tr>
            <Th>State</Th>
            <Th>Made</Th>
            <Th>Ends</Th>
            <Th>Opened</Th>
            <Th>Completed</Th>
            <ActionsTh />
          </Tr>
        </thead>
        <tbody>
          {links.map((link) => {
            const { label, state, isOpen } = linkState(link, now ?? link.createdAt);
            return (
              <Tr key={link.id}>
                <Td>
                  <StateTag state={state}>{label}</StateTag>
                </Td>
                <Td>
                  <Time at={link.createdAt} /> by {link.createdBy}
                </Td>
                <Td>
                  <Time at={link.expiresAt} />
                </Td>
                <Td>
                  {link.openedAt === null ? (
                    <span className="text-ink-3">Not yet</span>
                  ) : (
                    <>
                      <Time at={link.openedAt} />
                      {link.opened?.ip && <span className="block text-xs text-ink-2">from {link.opened.ip}</span>}
                    </>
                  )}
                </Td>
                <Td>
                  {link.completedAt === null ? <span className="text-ink-3">Not yet</span> : <Time at={link.completedAt} />}
                </Td>
                <Td className="w-px text-right">{mayLink && isOpen && <Revoke link={link} connection={connection} />}</Td>
              </Tr>
            );
          })}
        </tbody>
      </Table>
    </Card>
  );
}

const Revoke = ({ link, connection }: { link: LinkView; connection: LinksCardProps["connection"] }) => (
  <ConfirmAction
    label="Revoke"
    title="Revoke this connect link?"
    consequence="Whoever holds it is turned away at once, also in the middle of signing in. What is connected stays connected."
    confirmLabel="Revoke link"
    action={() => revokeLinkAction({ accountId: connection.accountId, id: connection.id, linkId: link.id })}
    done="The link is revoked"
  />
);

import type { AuditEntry } from "@/lib/audit/types";
import { Logo } from "../ui/logo";
import { Time } from "../ui/time";

/** What an entry of the audit log says between its actor and its object. */
const VERBS: Readonly<Record<string, string>> = {
  "setup.saved": "saved the authentication settings of",
  "account.created": "created the account",
  "account.updated": "changed the account",
  "account.deleted": "deleted the account",
  "branding.saved": "saved the branding of",
  "connector.installed": "installed",
  "connector.updated": "changed",
  "connector.properties_saved": "saved values of",
  "connector.authenticated": "authenticated",
  "connector.deauthenticated": "de-authenticated",
  "connector.deleted": "deleted",
  "connector.disabled": "disabled",
  "connector.enabled": "enabled",
  "external_authentication.enabled": "switched on external authentication for",
  "external_authentication.disabled": "switched off external authentication for",
  "invitation.created": "invited",
  "invitation.accepted": "accepted the invitation for",
  "invitation.revoked": "withdrew the invitation of",
  "link.created": "made a connect link for",
  "link.opened": "opened the link for",
  "link.completed": "connected through a link",
  "link.revoked": "revoked the connect link for",
  "member.removed": "removed",
  "member.role_changed": "changed the role of",
  "partner.created": "created",
  "partner.disabled": "disabled",
  "partner.enabled": "enabled",
  "password.changed": "changed the password of",
  "session.opened": "signed in",
  "session.revoked": "ended a session of",
};

/** The words for an action; its own for one that isn't known. */
const verbOf = (action: string): string => VERBS[action] ?? action.replace(/[._]/g, " ");

const ALONE = new Set(["session.opened"]);

/** Who did what, newest first. */
export function Activity({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <ul className="grid gap-3 p-4">
      {entries.map((entry) => (
        <li key={entry.id} className="flex items-start gap-2.5 text-sm">
          <Logo name={entry.actorName} size="small" initials />
          <p className="min-w-0 flex-1 wrap-anywhere text-ink-2">
            <span className="font-medium text-ink">{entry.actorName}</span> {verbOf(entry.action)}
            {!ALONE.has(entry.action) && <span className="text-ink"> {entry.objectName}</span>}
          </p>
          <Time at={entry.at} className="text-xs text-ink-3" />
        </li>
      ))}
    </ul>
  );
}

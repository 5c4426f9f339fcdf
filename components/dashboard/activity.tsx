import { AUDIT_WORDS } from "@/lib/audit/constants";
import type { AuditEntry } from "@/lib/audit/types";
import { Logo } from "../ui/logo";
import { Time } from "../ui/time";

/** The words for an action; its own for one that an older release wrote. */
const verbOf = (action: string): string =>
  (AUDIT_WORDS as Readonly<Record<string, string>>)[action] ?? action.replace(/[._]/g, " ");

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

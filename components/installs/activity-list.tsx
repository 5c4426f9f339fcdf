"use client";

import {
  CircleCheck,
  CircleX,
  FlaskConical,
  Link2,
  LogIn,
  RefreshCw,
  Settings2,
  TriangleAlert,
  Unplug,
  type LucideIcon,
} from "lucide-react";
import type { ConnectionEvent } from "@/lib/installs/types";
import { Card } from "../ui/card";
import { CodeBlock } from "../ui/code-block";
import { CopyButton } from "../ui/copy-button";
import { Time } from "../ui/time";
import { ownerWords } from "./failure-words";

const ICONS: Record<string, LucideIcon> = {
  connect: LogIn,
  refresh: RefreshCw,
  test: FlaskConical,
  call: CircleCheck,
  link: Link2,
  revoke: Unplug,
  settings: Settings2,
};
const COLOURS = { ok: "text-ok", warn: "text-warn", bad: "text-bad" };
const OUTCOMES = { ok: "Worked", warn: "Remark", bad: "Failed" };

function iconOf(event: ConnectionEvent): LucideIcon {
  if (event.outcome === "bad") return CircleX;
  if (event.outcome === "warn") return TriangleAlert;
  return ICONS[event.kind] ?? CircleCheck;
}

/** The timeline of a connection: what happened, whose it was, what went over the wire without its secrets. */
export function ActivityList({
  events,
  partner,
  brief = false,
}: {
  events: readonly ConnectionEvent[];
  partner: string;
  brief?: boolean;
}) {
  return (
    <Card>
      <ol aria-label="Activity">
        {events.map((event) => {
          const Icon = iconOf(event);
          return (
            <li
              key={event.id}
              className="grid grid-cols-[1.75rem_minmax(0,1fr)_auto] gap-x-2.5 border-b border-line px-4 py-3 last:border-b-0"
            >
              <span className={COLOURS[event.outcome]}>
                <Icon aria-hidden className="mt-0.5 size-4" />
                <span className="sr-only">{OUTCOMES[event.outcome]}</span>
              </span>
              <div className="min-w-0 text-sm">
                <p className="font-medium wrap-anywhere">{event.title}</p>
                {event.detail && <p className="text-ink-2 wrap-anywhere">{event.detail}</p>}
                {!brief && (
                  <p className="mt-0.5 flex flex-wrap items-center gap-x-2.5 text-xs text-ink-3">
                    <span>by {event.actorName}</span>
                    {event.owner && <span>{ownerWords(event.owner, { audience: "partner", partner })}</span>}
                    {event.requestId && (
                      <span className="flex items-center gap-1">
                        request id <code>{event.requestId}</code>
                        <CopyButton text={event.requestId} what="request id" iconOnly small />
                      </span>
                    )}
                  </p>
                )}
                {!brief && event.http && (
                  <details className="mt-1.5">
                    <summary className="w-fit cursor-pointer rounded-xs text-xs text-ink-2 hover:text-ink">
                      Request and response
                    </summary>
                    <CodeBlock className="mt-1.5" what="request" code={event.http.request} />
                    <CodeBlock className="mt-1.5" what="response" code={event.http.response} />
                  </details>
                )}
              </div>
              <span className="text-xs text-ink-3 tabular-nums">
                <Time at={event.at} />
              </span>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

import type { ConnectionPage } from "@/lib/installs/types";
import { Card } from "../ui/card";
import { Tag } from "../ui/tag";
import { Time } from "../ui/time";
import { Expiry } from "./check-panel";
import { PlainToScripts } from "./plain-to-scripts";

/** What the connection is for, whether its test works, what was granted, and until when. */
export function OverviewCards({ page }: { page: ConnectionPage }) {
  const { view } = page;
  const test = view.lastVerification;
  return (
    <>
      <PlainToScripts names={page.subject.form.plainToScripts} connector={view.connectorName} />
      {view.description && <p className="text-ink-2 wrap-anywhere">{view.description}</p>}
      <div className="grid gap-3 sm:grid-cols-2">
        <Card className="p-4">
          <h2 className="text-sm text-ink-2">Last test</h2>
          {view.lastError !== null && view.lastErrorAt !== null ? (
            <>
              <p className="mt-1 text-md font-medium">Failed</p>
              <p className="text-sm text-ink-2">
                {view.lastError} <Time at={view.lastErrorAt} />
              </p>
            </>
          ) : test && view.lastVerifiedAt !== null ? (
            <>
              <p className="mt-1 text-md font-medium tabular-nums">
                {test.status} in {test.durationMs} ms
              </p>
              <p className="text-sm text-ink-2">
                {test.method}, <Time at={view.lastVerifiedAt} />
              </p>
            </>
          ) : (
            <p className="mt-1 text-sm text-ink-2">
              {view.state === "NotAuthenticated" ? "Not authenticated yet." : "Not tested yet."}
            </p>
          )}
        </Card>
        <Card className="p-4">
          <h2 className="text-sm text-ink-2">Credential</h2>
          {view.hasCredential ? (
            <>
              <p className="mt-1 text-md font-medium">
                <Expiry expiresAt={view.expiresAt} isRefreshable={view.isRefreshable} />
              </p>
              {view.obtainedAt !== null && (
                <p className="text-sm text-ink-2">
                  Obtained <Time at={view.obtainedAt} /> by {view.obtainedBy}
                </p>
              )}
            </>
          ) : (
            <p className="mt-1 text-sm text-ink-2">
              {view.authType === "None" ? `${view.connectorName} needs none.` : "None is held."}
            </p>
          )}
        </Card>
      </div>
      {view.scopes && view.scopes.length > 0 && (
        <section aria-labelledby="scopes">
          <h2 id="scopes" className="mb-2">
            Scopes
          </h2>
          <ul className="flex flex-wrap gap-1.5">
            {view.scopes.map((scope) => (
              <li key={scope} className="flex min-w-0">
                <Tag>{scope}</Tag>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

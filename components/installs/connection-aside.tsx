import { StateTag } from "../ui/state-tag";
import { Card } from "../ui/card";
import { CopyButton } from "../ui/copy-button";
import { Time } from "../ui/time";
import type { ConnectionPage } from "@/lib/installs/types";
import type { ReactNode } from "react";
import { ownerWords } from "./failure-words";

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-h-9 items-center gap-2 border-b border-line text-sm last:border-b-0">
      <dt className="flex-1 text-ink-2">{label}</dt>
      <dd className="flex min-w-0 items-center gap-1 text-right wrap-anywhere">{children}</dd>
    </div>
  );
}

const OWNER_NAMES = { customer: "Customer", partner: "You", provider: "Provider", policy: "Safety rule" };

/** Beside the tabs: whose the standing failure is, and the facts. */
export function ConnectionAside({ page }: { page: ConnectionPage }) {
  const { view } = page;
  return (
    <aside aria-label="Facts" className="grid gap-4.5">
      {view.lastError && view.lastErrorOwner && (
        <Card className="grid gap-2 p-4">
          <h2 className="text-sm">Failure owner</h2>
          <p className="flex flex-wrap items-center gap-2 text-sm">
            <StateTag state={view.lastErrorOwner === "partner" ? "wait" : view.lastErrorOwner === "provider" ? "warn" : "bad"}>
              {OWNER_NAMES[view.lastErrorOwner]}
            </StateTag>
            <span className="text-ink-2">
              {ownerWords(view.lastErrorOwner, { audience: "partner", partner: page.brand.name })}
            </span>
          </p>
          <p className="text-sm text-ink-2">{view.lastError}</p>
          {view.lastErrorAt !== null && (
            <p className="text-xs text-ink-3">
              <Time at={view.lastErrorAt} />, <code>{view.lastErrorCode}</code>
            </p>
          )}
        </Card>
      )}
      <Card className="px-3.5 py-1.5">
        <dl>
          <Row label="Id">
            <code>{view.id}</code>
            <CopyButton text={String(view.id)} what="id" iconOnly small />
          </Row>
          <Row label="Connector">{view.connectorName}</Row>
          <Row label="Method">{page.badge}</Row>
          {view.connectedAs && <Row label="Connected as">{view.connectedAs}</Row>}
          <Row label="Last used">{view.lastUsedAt === null ? "Never" : <Time at={view.lastUsedAt} />}</Row>
          <Row label="Last verified">{view.lastVerifiedAt === null ? "Never" : <Time at={view.lastVerifiedAt} />}</Row>
          {view.hasCredential && (
            <Row label="Expires">
              {view.expiresAt === null ? (
                "Never"
              ) : (
                <span>
                  <Time at={view.expiresAt} />, {view.isRefreshable ? "renewable" : "not renewable"}
                </span>
              )}
            </Row>
          )}
          {view.customerNeededAt !== null && (
            <Row label="Customer needed">
              <Time at={view.customerNeededAt} />
            </Row>
          )}
          <Row label="Release">{page.release}</Row>
          <Row label="Installed">
            <span>
              <Time at={view.createdAt} as="date" /> by {view.createdBy}
            </span>
          </Row>
        </dl>
      </Card>
    </aside>
  );
}

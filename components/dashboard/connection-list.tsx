import type { ReactNode } from "react";
import type { ConnectionRow } from "@/lib/installs/types";
import { Logo } from "../ui/logo";
import { RowLink } from "../ui/table";

/** A few connections with one remark each; the row is the link. */
export function ConnectionList({ rows, remark }: { rows: readonly ConnectionRow[]; remark: (row: ConnectionRow) => ReactNode }) {
  return (
    <ul>
      {rows.map((row) => (
        <li
          key={row.id}
          className="relative flex flex-wrap items-center gap-x-2.5 gap-y-1 border-b border-line px-4 py-2.5 text-sm last:border-b-0 hover:bg-hover"
        >
          <Logo name={row.connectorName} slug={row.connectorSlug} src={row.iconUrl} size="small" />
          <span className="min-w-32 flex-1">
            <RowLink href={`/connections/${row.id}`}>{row.name}</RowLink> <span className="text-ink-3">in {row.accountName}</span>
          </span>
          <span className="text-ink-2">{remark(row)}</span>
        </li>
      ))}
    </ul>
  );
}

"use client";

import type { ConnectorDefinition } from "@/lib/auth-methods/definition";
import { Field } from "../ui/field";
import { Segmented } from "../ui/segmented";
import { ErrorAt, NumberAt, useValueAt } from "./controls";

type Paging = NonNullable<ConnectorDefinition["paging"]>;
type Kind = "none" | "off" | "on";

/** Whether lists are fetched page by page, and how long a page is. */
export function PagingAt({ path, none, isMethod = false }: { path: string; none: string; isMethod?: boolean }) {
  const [paging, set] = useValueAt<Paging>(path);
  const kind: Kind = paging === undefined ? "none" : paging.inbound ? "on" : "off";
  return (
    <div className="grid max-w-xl gap-4">
      <Field
        label="Inbound paging"
        group
        help={
          <>
            Lists are fetched page by page to their end. A parameter asks for a page by its value: <code>CYCLR_PAGE_NUMBER</code>,{" "}
            <code>CYCLR_PAGE_OFFSET</code>, <code>CYCLR_PAGE_SIZE</code> or <code>CYCLR_PAGE_TOKEN</code>. One of the target
            ResponseField with <code>CYCLR_PAGE_TOKEN</code> or <code>CYCLR_PAGE_NEXT_URL</code> says where the answer names the
            next page.
          </>
        }
      >
        <Segmented<Kind>
          value={kind}
          onValueChange={(next) => set(next === "none" ? undefined : { ...paging, inbound: next === "on" })}
          options={[
            { value: "none", label: none },
            ...(isMethod ? [{ value: "off" as const, label: "One answer" }] : []),
            { value: "on", label: "Page by page" },
          ]}
        />
      </Field>
      {kind === "on" && (
        <NumberAt path={`${path}.pageSize`} label="Inbound page size" help="A page with fewer entries is the last." />
      )}
      <ErrorAt path={path} />
    </div>
  );
}

"use client";

import type { RateLimit } from "@/lib/auth-methods/definition";
import { Field } from "../ui/field";
import { Segmented } from "../ui/segmented";
import { ErrorAt, NumberAt, useValueAt } from "./controls";

type Kind = "none" | "perSecond" | "between";

const kindOf = (limit: RateLimit | undefined): Kind =>
  limit === undefined ? "none" : "requestsPerSecond" in limit ? "perSecond" : "between";

/** Requests a second, or seconds between two. */
export function RateLimitAt({ path, none }: { path: string; none: string }) {
  const [limit, set] = useValueAt<RateLimit>(path);
  const kind = kindOf(limit);
  return (
    <div className="grid max-w-xl gap-4">
      <Field label="Limit" group>
        <Segmented<Kind>
          value={kind}
          onValueChange={(next) =>
            set(next === "none" ? undefined : next === "perSecond" ? { requestsPerSecond: 5 } : { secondsBetween: 1 })
          }
          options={[
            { value: "none", label: none },
            { value: "perSecond", label: "Requests per second" },
            { value: "between", label: "Seconds between" },
          ]}
        />
      </Field>
      {kind === "perSecond" && <NumberAt path={`${path}.requestsPerSecond`} label="Requests per second" />}
      {kind === "between" && <NumberAt path={`${path}.secondsBetween`} label="Seconds between two requests" suffix="s" />}
      <ErrorAt path={path} />
    </div>
  );
}

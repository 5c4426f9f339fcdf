"use client";

import { useState } from "react";
import { Segmented } from "../ui/segmented";
import { ImportJson } from "./import-json";
import { ImportOpenApi } from "./import-openapi";

type Kind = "openapi" | "json";

/** What a connector is made of: a description of an API, or an export. */
export function ImportChoice() {
  const [kind, setKind] = useState<Kind>("openapi");
  return (
    <div className="grid max-w-3xl gap-4">
      <Segmented<Kind>
        aria-label="What is imported"
        value={kind}
        onValueChange={setKind}
        options={[
          { value: "openapi", label: "OpenAPI document" },
          { value: "json", label: "Exported connector" },
        ]}
      />
      {kind === "openapi" ? <ImportOpenApi /> : <ImportJson />}
    </div>
  );
}

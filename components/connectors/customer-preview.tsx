"use client";

import { Lock } from "lucide-react";
import type { AuthMethod, ConnectorDefinition } from "@/lib/auth-methods/definition";
import { isFieldVisible } from "@/lib/auth-methods/field-schema";
import { sentenceList } from "@/lib/auth-methods/guide";
import { promptFields } from "@/lib/auth-methods/prompts";
import type { Layer, Presence } from "@/lib/auth-methods/resolve";
import { partnerAccentVariables } from "../shell/partner-colour";
import { buttonClass } from "../ui/button";
import { Card } from "../ui/card";
import { Logo } from "../ui/logo";
import { Note } from "../ui/note";
import { Tag } from "../ui/tag";

export interface Brand {
  readonly name: string;
  readonly slug: string;
  readonly logoUrl: string | null;
  readonly colour: string | null;
}

export interface CustomerPreviewProps {
  definition: ConnectorDefinition;
  authMethod: AuthMethod;
  /** The partner's values as they stand in the form. */
  partnerHas: Layer<Presence>;
  brand: Brand;
  /** There is something to type that it follows. */
  live: boolean;
}

/** The form that a customer will see, drawn from the values as they stand; the same rules decide there. */
export function CustomerPreview({ definition, authMethod, partnerHas, brand, live }: CustomerPreviewProps) {
  const { fields, lockedChips, blockedBy, interactive } = promptFields({ definition, authMethod, partnerHas });
  const visible = fields.filter((field) => isFieldVisible(field, fields, {}));
  const asked = sentenceList(visible.map((field) => field.label));
  return (
    <Card sunken className="grid gap-3 p-4">
      <div className="flex items-baseline justify-between gap-3">
        <h3>What customers will see</h3>
        {live && <span className="text-xs text-ink-3">updates as you type</span>}
      </div>
      <p role="status" className="sr-only">
        {asked
          ? `Customers will be asked for ${asked}`
          : interactive
            ? "Customers only sign in"
            : "Customers are asked for nothing"}
      </p>
      {blockedBy.length > 0 && (
        <Note kind="warn">
          Nothing can be installed yet: only you can give {sentenceList(blockedBy.map((value) => value.title))}.
        </Note>
      )}
      {/* A picture of a form: nothing in it can be used, and the sentence above says what it shows. */}
      <div aria-hidden style={partnerAccentVariables(brand.colour)}>
        <Card className="grid gap-3 p-4">
          <div className="flex items-center gap-2.5">
            <Logo name={brand.name} slug={brand.slug} src={brand.logoUrl} size="small" />
            <span className="text-sm font-medium">
              Connect {definition.name} to {brand.name}
            </span>
          </div>
          {lockedChips.length > 0 && (
            <div className="flex flex-wrap gap-1.5">
              {lockedChips.map((chip) => (
                <Tag key={chip.name} icon={<Lock />}>
                  {chip.title}, from {brand.name}
                </Tag>
              ))}
            </div>
          )}
          {visible.map((field) => (
            <div key={field.name} className="grid gap-1.5 text-sm">
              <span className="font-medium">
                {field.label}
                {field.required ? (
                  <span className="text-bad"> *</span>
                ) : (
                  <span className="font-normal text-ink-3"> optional</span>
                )}
              </span>
              <span className="flex min-h-8.5 items-center gap-2 rounded-md border border-control bg-surface px-2.5 text-ink-3">
                {field.prefix && <span className="shrink-0">{field.prefix}</span>}
                <span className="min-w-0 flex-1 truncate">
                  {field.kind === "secret" ? "••••••••" : (field.options?.[0]?.label ?? field.placeholder ?? "")}
                </span>
                {field.suffix && <span className="truncate">{field.suffix}</span>}
              </span>
            </div>
          ))}
          {visible.length === 0 && !interactive && <p className="text-sm text-ink-2">Nothing to enter.</p>}
          <span className={buttonClass({ variant: "primary", block: true })}>
            {interactive ? `Continue to ${definition.name}` : "Connect"}
          </span>
        </Card>
      </div>
    </Card>
  );
}

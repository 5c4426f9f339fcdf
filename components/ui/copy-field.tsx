"use client";

import { CopyButton } from "./copy-button";
import { Field } from "./field";
import { Input } from "./input";

/** A value to take away, with a button that copies it. `what` is how the copy is announced: "client id". */
export function CopyField({ label, what, value, help }: { label: string; what: string; value: string; help?: string }) {
  return (
    <Field label={label} help={help}>
      <Input mono readOnly value={value} trailing={<CopyButton text={value} what={what} iconOnly small />} />
    </Field>
  );
}

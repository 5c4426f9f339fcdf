import { renderToStaticMarkup } from "react-dom/server";
import { FormProvider, useForm } from "react-hook-form";
import { describe, expect, it } from "vitest";
import { loadLibrary } from "@/db/seeds/connectors/load";
import { connectorDefinitionSchema } from "@/lib/auth-methods/definition";
import { fieldDefaults } from "@/lib/auth-methods/field-schema";
import type { FieldSpec } from "@/lib/auth-methods/fields";
import { setupGuide } from "@/lib/auth-methods/guide";
import { lintDefinition } from "@/lib/catalog/lint";
import { signInForm } from "@/lib/installs/wizard";
import { setupFields } from "@/lib/partners/policy";
import { FieldList } from "./field-control";

const library = loadLibrary((input) => connectorDefinitionSchema.parse(input));

function Form({ specs }: { specs: readonly FieldSpec[] }) {
  const form = useForm({ defaultValues: fieldDefaults(specs) });
  return (
    <FormProvider {...form}>
      <FieldList specs={specs} />
    </FormProvider>
  );
}

const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#x27;");

/** The labels of fields that aren't hidden by a condition and have no place in the rendered form. */
function missing(specs: readonly FieldSpec[]): string[] {
  const html = renderToStaticMarkup(<Form specs={specs} />);
  if (/undefined|\[object Object\]|\{\{/.test(html)) return [`something unrendered in ${html.slice(0, 200)}`];
  return specs.filter((s) => !s.visibleWhen && !html.includes(escaped(s.label))).map((s) => s.label);
}

describe("every connector of the library", () => {
  it("is there, and nothing is wrong with it", () => {
    expect(library.length).toBeGreaterThanOrEqual(813);
    expect(library.flatMap((d) => lintDefinition(d).map((p) => `${d.slug}: ${p.message}`))).toEqual([]);
  });

  it("renders its setup form", () => {
    expect(library.flatMap((d) => missing(setupFields(d)).map((label) => `${d.slug}: ${label}`))).toEqual([]);
  });

  it("renders its install form, of each way to authenticate, and asks for a credential", () => {
    const wrong: string[] = [];
    for (const definition of library)
      for (const authMethod of definition.authMethods) {
        const form = signInForm({ definition, authMethod, partnerValues: {}, connection: null });
        for (const label of missing(form.fields)) wrong.push(`${definition.slug}/${authMethod.id}: ${label}`);
        const asks = form.fields.length > 0 || form.interactive || form.blockedBy.length > 0 || !form.needsCredential;
        if (!asks) wrong.push(`${definition.slug}/${authMethod.id} asks for nothing`);
      }
    expect(wrong).toEqual([]);
  });

  it("has a guide that says what goes where", () => {
    const wrong = library.flatMap((definition) =>
      setupGuide(definition).methods.flatMap((m) => (m.title === "" || m.methodId === "" ? [definition.slug] : [])),
    );
    expect(wrong).toEqual([]);
  });
});

"use client";

import { Trash2, Upload } from "lucide-react";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { FormProvider } from "react-hook-form";
import { SaveBar } from "@/components/fields/save-bar";
import { useActionForm } from "@/components/fields/use-action-form";
import { partnerAccent, partnerAccentVariables } from "@/components/shell/partner-colour";
import { Button, buttonClass } from "@/components/ui/button";
import { Card, CardBody } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Logo } from "@/components/ui/logo";
import { Note } from "@/components/ui/note";
import { toast } from "@/components/ui/toast";
import { brandingInputSchema } from "@/lib/partners/schema";
import type { Branding } from "@/lib/partners/schema";
import { saveBrandingAction } from "@/lib/tenants/actions";

const MAX_LOGO = 100 * 1024;

const readAsDataUrl = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error("The file could not be read."));
    reader.readAsDataURL(file);
  });

/** Name, colour, logo and help link of the partner, with what customers will see beside it. */
export function BrandingForm({
  partnerName,
  branding,
  mayWrite,
}: {
  partnerName: string;
  branding: Branding;
  mayWrite: boolean;
}) {
  const router = useRouter();
  const file = useRef<HTMLInputElement>(null);
  const [fileProblem, setFileProblem] = useState<string>();
  const { form, submit, failure } = useActionForm({
    schema: brandingInputSchema,
    defaultValues: {
      displayName: branding.displayName ?? "",
      accent: branding.accent ?? "",
      logo: branding.logo ?? "",
      supportUrl: branding.supportUrl ?? "",
    },
    action: saveBrandingAction,
    onDone: (_value: null, saved) => {
      saved.reset(saved.getValues());
      toast.ok("Branding saved");
      router.refresh();
    },
  });
  const errors = form.formState.errors as Record<string, { message?: string } | undefined>;
  const { displayName, accent, logo } = form.watch();
  const valid = /^#[0-9a-f]{6}$/i.test(accent ?? "");
  const adjusted = valid && partnerAccent(accent as string)?.light.accent.toLowerCase() !== (accent as string).toLowerCase();
  const name = displayName?.trim() || partnerName;

  const choose = async (chosen: File | undefined) => {
    setFileProblem(undefined);
    if (!chosen) return;
    if (!/^image\/(png|jpeg|webp)$/.test(chosen.type)) return setFileProblem("Logo has to be a PNG, JPEG or WebP image.");
    if (chosen.size > MAX_LOGO) return setFileProblem("Logo can have at most 100 KB.");
    form.setValue("logo", await readAsDataUrl(chosen), { shouldDirty: true, shouldValidate: true });
  };

  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,32.5rem)_minmax(0,1fr)]">
      <FormProvider {...form}>
        <form noValidate onSubmit={submit}>
          <Card>
            <CardBody className="grid gap-5">
              {failure && (
                <Note kind="bad" role="alert">
                  {failure.message}
                </Note>
              )}
              <fieldset disabled={!mayWrite} className="contents">
                <Field
                  label="Display name"
                  optionalMark="end"
                  help={`Blank: ${partnerName}.`}
                  error={errors.displayName?.message}
                >
                  <Input {...form.register("displayName")} />
                </Field>
                <Field
                  label="Colour"
                  optionalMark="end"
                  help="Buttons and links on your customers' pages, as #rrggbb."
                  warning={adjusted ? "Letters on this colour would be hard to read, so a shade of it is used." : undefined}
                  error={errors.accent?.message}
                >
                  <Input mono placeholder="#24407c" {...form.register("accent")} />
                </Field>
                <Field
                  label="Logo"
                  optionalMark="end"
                  group
                  help="PNG, JPEG or WebP, square, at most 100 KB."
                  error={fileProblem ?? errors.logo?.message}
                >
                  <div className="flex flex-wrap items-center gap-2">
                    <Logo name={name} src={logo || null} />
                    <label className={buttonClass({})}>
                      <Upload aria-hidden />
                      Choose a file
                      <input
                        ref={file}
                        type="file"
                        accept="image/png,image/jpeg,image/webp"
                        className="sr-only"
                        onChange={(event) => void choose(event.target.files?.[0])}
                      />
                    </label>
                    {logo && (
                      <Button
                        variant="quiet-danger"
                        icon={<Trash2 aria-hidden />}
                        onClick={() => form.setValue("logo", "", { shouldDirty: true })}
                      >
                        Remove
                      </Button>
                    )}
                  </div>
                </Field>
                <Field
                  label="Help link"
                  optionalMark="end"
                  help="Where your customers find help with connecting."
                  error={errors.supportUrl?.message}
                >
                  <Input type="url" placeholder="https://" {...form.register("supportUrl")} />
                </Field>
              </fieldset>
            </CardBody>
            {mayWrite && <SaveBar />}
          </Card>
        </form>
      </FormProvider>
      <Card sunken>
        <CardBody>
          <h2 className="mb-3">What customers will see</h2>
          <div style={partnerAccentVariables(valid ? accent : null)} className="rounded-lg border border-line bg-surface p-4">
            <div className="mb-4 flex items-center gap-2.5">
              <Logo name={name} src={logo || null} className="size-7! rounded-md! text-xs!" />
              <span className="font-semibold">{name}</span>
            </div>
            <p className="mb-3 text-sm text-ink-2">So that {name} can keep your contacts in step.</p>
            <span className={buttonClass({ variant: "primary" })}>Connect Salesforce</span>
          </div>
        </CardBody>
      </Card>
    </div>
  );
}

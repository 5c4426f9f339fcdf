"use client";

import { Copy, FileUp, Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { AUTH_TYPES } from "@/lib/auth-methods/definition";
import { AUTH_METHOD_KINDS } from "@/lib/auth-methods/registry";
import { cloneConnectorAction, createCustomConnectorAction } from "@/lib/custom-connectors/actions";
import { newConnectorSchema } from "@/lib/custom-connectors/schema";
import { settle } from "@/lib/kernel/outcome";
import { useActionForm } from "../fields/use-action-form";
import { Button, ButtonLink } from "../ui/button";
import { Combobox, type ComboboxOption } from "../ui/combobox";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Note } from "../ui/note";
import { Select } from "../ui/select";

const TYPES = AUTH_TYPES.map((value) => ({ value, label: value, description: AUTH_METHOD_KINDS[value].label }));

/** The ways to begin a connector: from nothing, from one of the library, from a document. */
export function NewConnector() {
  return (
    <>
      <ButtonLink href="/connectors/custom/import" icon={<FileUp aria-hidden />}>
        Import
      </ButtonLink>
      <Clone />
      <Create />
    </>
  );
}

function Create() {
  const router = useRouter();
  const { form, submit, failure, pending } = useActionForm({
    schema: newConnectorSchema,
    defaultValues: { name: "", authType: "ApiKey" },
    action: createCustomConnectorAction,
    onDone: ({ uid }: { uid: string }) => router.push(`/connectors/custom/${uid}`),
  });
  const errors = form.formState.errors as Record<string, { message?: string } | undefined>;
  return (
    <Dialog
      title="New connector"
      description="It starts as a draft that only your team sees."
      size="small"
      trigger={
        <Button variant="primary" icon={<Plus aria-hidden />}>
          New connector
        </Button>
      }
    >
      <form noValidate onSubmit={submit} className="grid gap-4">
        {failure && (
          <Note kind="bad" role="alert">
            {failure.message}
          </Note>
        )}
        <Field label="Name" required error={errors.name?.message}>
          <Input autoComplete="off" {...form.register("name")} />
        </Field>
        <Field label="AuthType" help="How the API authenticates. It can be changed, and there may be several.">
          <Select
            options={TYPES}
            value={form.watch("authType") ?? "ApiKey"}
            onValueChange={(type) => form.setValue("authType", type, { shouldDirty: true })}
          />
        </Field>
        <div className="flex justify-end">
          <Button type="submit" variant="primary" pending={pending}>
            Create connector
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface Found {
  readonly slug: string;
  readonly name: string;
  readonly categories: string;
}

/** Connectors that fit what is typed, as the command palette finds them. */
function useFound(query: string): { options: readonly ComboboxOption[]; loading: boolean } {
  const [found, setFound] = useState<{ query: string; options: readonly ComboboxOption[] }>({ query: "", options: [] });
  useEffect(() => {
    if (query.trim() === "") return;
    const stop = new AbortController();
    fetch(`/api/live/search?q=${encodeURIComponent(query)}`, { signal: stop.signal })
      .then((answer) => answer.json() as Promise<{ connectors?: readonly Found[] }>)
      .then((answer) =>
        setFound({
          query,
          options: (answer.connectors ?? []).map((c) => ({ value: c.slug, label: c.name, hint: c.categories })),
        }),
      )
      .catch(() => undefined);
    return () => stop.abort();
  }, [query]);
  return { options: query.trim() === "" ? [] : found.options, loading: query.trim() !== "" && found.query !== query };
}

function Clone() {
  const router = useRouter();
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState<ComboboxOption | null>(null);
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<string>();
  const [pending, setPending] = useState(false);
  const { options, loading } = useFound(query);
  const clone = async () => {
    if (!chosen) return setProblem("Choose a connector of the library.");
    setPending(true);
    const done = settle(await cloneConnectorAction({ slug: chosen.value, name }).catch(() => undefined));
    setPending(false);
    if (!done.ok) return setProblem(done.error.fields?.name ?? done.error.message);
    router.push(`/connectors/custom/${done.value.uid}`);
  };
  return (
    <Dialog
      title="Clone from the library"
      description="A connector of your own that starts as this one is now. Later changes of the library don't reach it."
      size="small"
      trigger={<Button icon={<Copy aria-hidden />}>Clone</Button>}
      footer={
        <Button variant="primary" pending={pending} onClick={() => void clone()}>
          Clone connector
        </Button>
      }
    >
      <div className="grid gap-4">
        {problem && (
          <Note kind="bad" role="alert">
            {problem}
          </Note>
        )}
        <Field label="Connector" required>
          <Combobox
            options={options}
            value={chosen}
            onQueryChange={setQuery}
            loading={loading}
            placeholder="Type to search"
            emptyText={query ? "Nothing matches" : "Type to search"}
            onValueChange={(option) => {
              setChosen(option);
              setProblem(undefined);
              if (option) setName(`${option.label} (copy)`);
            }}
          />
        </Field>
        <Field label="Name" required>
          <Input value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}

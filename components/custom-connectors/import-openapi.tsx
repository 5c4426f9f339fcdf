"use client";

import { useQuery } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { finishImportAction, startImportAction } from "@/lib/custom-connectors/actions";
import type { ImportState } from "@/lib/custom-connectors/types";
import { settle } from "@/lib/kernel/outcome";
import { Button, buttonClass } from "../ui/button";
import { Card, CardBody, CardFooter } from "../ui/card";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Note } from "../ui/note";
import { Segmented } from "../ui/segmented";
import { Textarea } from "../ui/textarea";

type Source = "url" | "text";
const POLL = 400;

/** Makes a connector of an OpenAPI document: by its address, from a file, or pasted. */
export function ImportOpenApi() {
  const [source, setSource] = useState<Source>("url");
  const [url, setUrl] = useState("");
  const [text, setText] = useState("");
  const [file, setFile] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [pending, setPending] = useState(false);
  const [id, setId] = useState<string>();
  const start = async () => {
    setPending(true);
    setProblem(undefined);
    const begun = settle(await startImportAction(source === "url" ? { url: url.trim() } : { text }).catch(() => undefined));
    setPending(false);
    if (begun.ok) setId(begun.value.id);
    else setProblem(Object.values(begun.error.fields ?? {})[0] ?? begun.error.message);
  };
  if (id) return <Followed id={id} onAgain={() => setId(undefined)} />;
  return (
    <Card>
      <CardBody className="grid gap-4">
        {problem && (
          <Note kind="bad" role="alert" title="Not read">
            {problem}
          </Note>
        )}
        <Segmented<Source>
          aria-label="Where the document is"
          value={source}
          onValueChange={setSource}
          options={[
            { value: "url", label: "By URL" },
            { value: "text", label: "File or pasted" },
          ]}
        />
        {source === "url" ? (
          <Field
            label="Address of the document"
            help="OpenAPI 3.0, 3.1 or Swagger 2.0, JSON or YAML. Documents that it refers to are read as well."
          >
            <Input
              mono
              placeholder="https://api.example.com/openapi.yaml"
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          </Field>
        ) : (
          <>
            <div className="flex flex-wrap items-center gap-3">
              <label className={buttonClass()}>
                <FileUp aria-hidden />
                Choose a file
                <input
                  type="file"
                  accept=".json,.yaml,.yml,application/json,application/yaml,text/yaml"
                  className="sr-only"
                  onChange={(event) => {
                    const chosen = event.target.files?.[0];
                    if (!chosen) return;
                    setFile(chosen.name);
                    void chosen.text().then(setText);
                  }}
                />
              </label>
              {file && (
                <span className="text-sm text-ink-2">{`${file}, ${Math.ceil(text.length / 1024).toLocaleString("en")} KB`}</span>
              )}
            </div>
            <Field label="Document" help="OpenAPI 3.0, 3.1 or Swagger 2.0, JSON or YAML, at most 10 MB.">
              <Textarea
                mono
                rows={14}
                spellCheck={false}
                placeholder="openapi: 3.1.0"
                // A document of megabytes in a text box would stall the page.
                value={text.length > 200_000 ? `${text.slice(0, 20_000)}\n…` : text}
                readOnly={text.length > 200_000}
                onChange={(event) => {
                  setFile(undefined);
                  setText(event.target.value);
                }}
              />
            </Field>
          </>
        )}
      </CardBody>
      <CardFooter>
        <Button
          variant="primary"
          pending={pending}
          disabled={(source === "url" ? url : text).trim() === ""}
          onClick={() => void start()}
        >
          Read document
        </Button>
      </CardFooter>
    </Card>
  );
}

async function stateOf(id: string, signal: AbortSignal): Promise<ImportState> {
  const answer = await fetch(`/api/live/imports/${id}`, { signal });
  return answer.ok ? ((await answer.json()) as ImportState) : { state: "failed", problem: "The import is gone. Begin it again." };
}

function Followed({ id, onAgain }: { id: string; onAgain: () => void }) {
  const { data } = useQuery({
    queryKey: ["openapi-import", id],
    queryFn: ({ signal }) => stateOf(id, signal),
    refetchInterval: (query) => (query.state.data === undefined || query.state.data.state === "running" ? POLL : false),
    gcTime: 0,
  });
  if (data?.state === "failed")
    return (
      <Note kind="bad" role="alert" title="Not imported" actions={<Button onClick={onAgain}>Choose another document</Button>}>
        {data.problem}
      </Note>
    );
  if (data?.state === "done") return <Preview id={id} found={data} onAgain={onAgain} />;
  const share = data?.state === "running" && data.phase === "converting" ? data.done / Math.max(1, data.total) : 0;
  return (
    <Card>
      <CardBody className="grid gap-2">
        <p role="status" className="text-sm">
          {data?.state === "running" && data.phase === "converting"
            ? `Reading operations: ${data.done} of ${data.total} paths`
            : "Reading the document"}
        </p>
        <progress className="w-full accent-accent" value={share} max={1} aria-label="Import" />
      </CardBody>
    </Card>
  );
}

function Preview({ id, found, onAgain }: { id: string; found: Extract<ImportState, { state: "done" }>; onAgain: () => void }) {
  const router = useRouter();
  const [name, setName] = useState(found.name);
  const [problem, setProblem] = useState<string>();
  const [pending, setPending] = useState(false);
  const create = async () => {
    setPending(true);
    const made = settle(await finishImportAction({ importId: id, name }).catch(() => undefined));
    setPending(false);
    if (made.ok) router.push(`/connectors/custom/${made.value.uid}`);
    else setProblem(made.error.fields?.name ?? made.error.message);
  };
  const facts = [
    ["Document", found.version === "2.0" ? "Swagger 2.0" : `OpenAPI ${found.version}`],
    ["Base URL", found.baseUrl || "None"],
    [
      "Methods",
      `${found.methods.toLocaleString("en")} in ${found.categories} ${found.categories === 1 ? "category" : "categories"}`,
    ],
    ["Authentication", found.authMethods.join(", ")],
  ];
  return (
    <Card>
      <CardBody className="grid gap-4">
        <h2>What was found</h2>
        <dl className="grid gap-x-6 gap-y-1.5 text-sm sm:grid-cols-[9rem_minmax(0,1fr)]">
          {facts.map(([term, value]) => (
            <div key={term} className="contents">
              <dt className="text-ink-2">{term}</dt>
              <dd className="wrap-anywhere">{value}</dd>
            </div>
          ))}
        </dl>
        <Field label="Name" required error={problem}>
          <Input value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        {found.leftovers.length === 0 ? (
          <Note kind="ok">Everything in the document was carried over.</Note>
        ) : (
          <details open={found.leftovers.length <= 12}>
            <summary className="cursor-pointer text-sm font-medium">{`Not carried over: ${found.leftovers.length}`}</summary>
            <ul
              aria-label="Not carried over"
              className="mt-2 grid max-h-80 list-disc gap-1 overflow-y-auto pl-5 text-sm text-ink-2"
            >
              {found.leftovers.map((leftover) => (
                <li key={leftover}>{leftover}</li>
              ))}
            </ul>
          </details>
        )}
      </CardBody>
      <CardFooter>
        <Button variant="quiet" onClick={onAgain}>
          Another document
        </Button>
        <Button variant="primary" pending={pending} onClick={() => void create()}>
          Create connector
        </Button>
      </CardFooter>
    </Card>
  );
}

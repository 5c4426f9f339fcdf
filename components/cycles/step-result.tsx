import { Link } from "../ui/link";
import type { KeptRequest, KeptResponse, StepTry, TransactionView } from "@/lib/run/types";
import { headerLines, requestText } from "../installs/call-text";
import { prettyBody } from "../installs/pretty-body";
import { Card } from "../ui/card";
import { CodeBlock } from "../ui/code-block";
import { StateTag } from "../ui/state-tag";
import { Time } from "../ui/time";
import { durationWords, ownerAdvice, STEP_STATUS_WORDS } from "./transaction-words";
import { STEP_KIND_WORDS } from "./words";

/** What the steps of the flow call, for the ways out of an error. */
export interface StepPlace {
  readonly stepId: string;
  readonly name: string;
  readonly connectionId: number | null;
  readonly connectorName: string | null;
  readonly connectorSlug: string | null;
}

/** What one step did. */
export function StepResult({
  step,
  view,
  places,
}: {
  step: TransactionView["steps"][number];
  view: TransactionView;
  places: readonly StepPlace[];
}) {
  const { label, tone } = STEP_STATUS_WORDS[step.status];
  const { request, response } = step;
  const place = places.find((p) => p.stepId === step.stepId);
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-sm">
        <StateTag state={tone}>{label}</StateTag>
        {place ? (
          <Link href={`/cycles/${view.cycleId}/steps/${step.stepId}`} className="font-medium hover:underline">
            {step.name}
          </Link>
        ) : (
          <span className="font-medium">{step.name}</span>
        )}
        <span className="text-ink-3">{place?.connectorName ?? STEP_KIND_WORDS[step.kind]}</span>
        <span className="ml-auto flex items-center gap-3 text-xs text-ink-2 tabular-nums">
          {step.attempts > 1 && <span>{step.attempts} tries</span>}
          {response && <span>{response.status}</span>}
          <span>{durationWords(step.durationMs)}</span>
        </span>
      </div>
      {(step.error || request || step.output !== null) && (
        <div className="grid gap-2 border-t border-line px-4 py-2.5 text-sm">
          {step.error && (
            <p className="text-bad wrap-anywhere">
              {step.error.message}{" "}
              <span className="text-ink-2">
                {ownerAdvice(step.error.owner, { account: view.accountName, connector: place?.connectorName ?? null })}
              </span>
            </p>
          )}
          <CallParts request={request} response={response} />
          {!request && step.output !== null && step.output !== undefined && (
            <details>
              <summary className="w-fit cursor-pointer rounded-xs text-ink-2 hover:text-ink">Output</summary>
              <CodeBlock className="mt-1.5 max-h-96 overflow-y-auto" what="output" code={JSON.stringify(step.output, null, 2)} />
            </details>
          )}
          {step.earlierTries.length > 0 && <EarlierTries tries={step.earlierTries} />}
          {step.idempotencyKey && (
            <p className="text-xs text-ink-3">
              Idempotency key <code className="wrap-anywhere">{step.idempotencyKey}</code>
            </p>
          )}
        </div>
      )}
    </Card>
  );
}

/** What went out and what came back, each behind its own line. */
function CallParts({ request, response }: { request: KeptRequest | null; response: KeptResponse | null }) {
  return (
    <>
      {request && (
        <details>
          <summary className="w-fit cursor-pointer rounded-xs text-ink-2 hover:text-ink">
            Request{" "}
            <code className="wrap-anywhere">
              {request.method} {request.url}
            </code>
          </summary>
          <CodeBlock className="mt-1.5" what="request" code={requestText(request)} />
        </details>
      )}
      {response && (
        <details>
          <summary className="w-fit cursor-pointer rounded-xs text-ink-2 hover:text-ink">Response {response.status}</summary>
          <CodeBlock
            className="mt-1.5 max-h-96 overflow-y-auto"
            what="response"
            code={`${response.status}\n${headerLines(response.headers)}\n\n${prettyBody(response.body)}`}
          />
        </details>
      )}
    </>
  );
}

/** The tries of a step before its last, in their order. */
function EarlierTries({ tries }: { tries: readonly StepTry[] }) {
  return (
    <details>
      <summary className="w-fit cursor-pointer rounded-xs text-ink-2 hover:text-ink">
        {tries.length === 1 ? "1 earlier try" : `${tries.length} earlier tries`}
      </summary>
      <ol className="mt-2 grid gap-3 border-l border-line pl-3">
        {tries.map((each) => (
          <li key={each.startedAt} className="grid gap-1.5">
            <p className="flex flex-wrap gap-x-3 text-xs text-ink-2 tabular-nums">
              <Time at={each.startedAt} />
              {each.response && <span>{each.response.status}</span>}
              <span>{durationWords(each.durationMs)}</span>
            </p>
            {each.error && <p className="text-bad wrap-anywhere">{each.error.message}</p>}
            <CallParts request={each.request} response={each.response} />
          </li>
        ))}
      </ol>
    </details>
  );
}

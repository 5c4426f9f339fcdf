"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { saveApiRangesAction, saveTargetOriginsAction } from "@/lib/api-clients/actions";
import { settle } from "@/lib/kernel/outcome";
import type { Result } from "@/lib/kernel/result";
import { Button } from "../ui/button";
import { Card, CardBody, CardFooter, CardHeader } from "../ui/card";
import { Checkbox } from "../ui/checkbox";
import { Field } from "../ui/field";
import { Note } from "../ui/note";
import { Textarea } from "../ui/textarea";
import { toast } from "../ui/toast";

/** Saves a short form whose errors stand below its text. */
function useSaved(name: string, told: string) {
  const router = useRouter();
  const [error, setError] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const [pending, startTransition] = useTransition();
  const save = (action: () => Promise<Result<null>>) =>
    startTransition(async () => {
      setError(undefined);
      setFailure(undefined);
      const result = await action();
      if (!result.ok) {
        const field = result.error.fields?.[name];
        if (field) setError(field);
        else setFailure(result.error.message);
        return;
      }
      toast.ok(told);
      router.refresh();
    });
  return { error, failure, pending, save };
}

function Foot({ mayWrite, pending }: { mayWrite: boolean; pending: boolean }) {
  return mayWrite ? (
    <CardFooter>
      <span className="flex-1" />
      <Button type="submit" variant="primary" pending={pending}>
        Save
      </Button>
    </CardFooter>
  ) : null;
}

/** From where the API may be used. */
export function ApiRanges({ ranges, mayWrite }: { ranges: readonly string[]; mayWrite: boolean }) {
  const [text, setText] = useState(ranges.join("\n"));
  const { error, failure, pending, save } = useSaved("apiRanges", "Addresses saved");
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save(async () => settle(await saveApiRangesAction({ apiRanges: text })));
      }}
    >
      <Card>
        <CardHeader title="Allowed addresses" description="From where the API may be used. Blank: from everywhere." />
        <CardBody className="grid gap-3">
          {failure && (
            <Note kind="bad" role="alert">
              {failure}
            </Note>
          )}
          <Field label="Addresses and ranges" help="One a line, such as 203.0.113.7 or 203.0.113.0/24." error={error}>
            <Textarea mono rows={4} disabled={!mayWrite} value={text} onChange={(event) => setText(event.target.value)} />
          </Field>
        </CardBody>
        <Foot mayWrite={mayWrite} pending={pending} />
      </Card>
    </form>
  );
}

/** Where browsers may be sent back to after authenticating a connector. */
export function TargetOrigins(props: { origins: readonly string[]; startsAutomatically: boolean; mayWrite: boolean }) {
  const { origins, mayWrite } = props;
  const [text, setText] = useState(origins.join("\n"));
  const [automatic, setAutomatic] = useState(props.startsAutomatically);
  const { error, failure, pending, save } = useSaved("targetOrigins", "Origins saved");
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save(async () => settle(await saveTargetOriginsAction({ targetOrigins: text, startsAutomatically: automatic })));
      }}
    >
      <Card>
        <CardHeader
          title="Target origins"
          description="Where a browser that your backend sent to authenticate a connector may be sent back to."
        />
        <CardBody className="grid gap-4">
          {failure && (
            <Note kind="bad" role="alert">
              {failure}
            </Note>
          )}
          <Field label="Origins" help="One a line, such as https://app.example.com." error={error}>
            <Textarea mono rows={4} disabled={!mayWrite} value={text} onChange={(event) => setText(event.target.value)} />
          </Field>
          <Checkbox
            label="Start without a press"
            description="The sign-in page goes straight on to the provider."
            disabled={!mayWrite}
            checked={automatic}
            onCheckedChange={(checked) => setAutomatic(checked)}
          />
        </CardBody>
        <Foot mayWrite={mayWrite} pending={pending} />
      </Card>
    </form>
  );
}

import { ArrowRight, CircleCheck } from "lucide-react";
import { Link } from "../ui/link";
import { Card, CardHeader } from "../ui/card";
import { VisuallyHidden } from "../ui/visually-hidden";

export interface FirstStepsProps {
  steps: { setup: boolean; account: boolean; connection: boolean };
}

/** The way to a first working connection; what is done is ticked. */
export function FirstSteps({ steps }: FirstStepsProps) {
  const list = [
    {
      done: steps.setup,
      title: "Set up a connector",
      text: "Give your own app's values once, or leave them blank to ask customers.",
      href: "/connectors?state=SetupRequired",
    },
    { done: steps.account, title: "Create an account", text: "One for each customer who connects.", href: "/accounts" },
    {
      done: steps.connection,
      title: "Install a connector",
      text: "Pick the account, then the connector, and authenticate it.",
      href: "/accounts",
    },
  ];
  const next = list.find((step) => !step.done);
  return (
    <Card>
      <CardHeader title="First steps" description="Three steps to a connection that works." />
      <ol>
        {list.map((step, index) => (
          <li key={step.title} className="border-b border-line last:border-b-0">
            <Link href={step.href} className="flex items-center gap-3 px-4 py-3 hover:bg-hover">
              <span className="grid w-5 place-items-center">
                {step.done ? (
                  <>
                    <CircleCheck aria-hidden className="size-4 text-ok" />
                    <VisuallyHidden>Done: </VisuallyHidden>
                  </>
                ) : (
                  <span className={`font-mono text-xs ${step === next ? "font-semibold text-accent-ink" : "text-ink-3"}`}>
                    {index + 1}
                  </span>
                )}
              </span>
              <span className="min-w-0 flex-1">
                <span className="block font-medium">{step.title}</span>
                <span className="block text-sm text-ink-2">{step.text}</span>
              </span>
              <ArrowRight aria-hidden className="size-4 shrink-0 text-ink-3" />
            </Link>
          </li>
        ))}
      </ol>
    </Card>
  );
}

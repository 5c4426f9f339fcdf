import type { Metadata } from "next";
import { LastRuns } from "@/components/cycles/last-runs";
import { StepSetupDialog } from "@/components/cycles/step-setup-dialog";
import { TriggerSetupDialog } from "@/components/cycles/trigger-setup-dialog";
import { stepSetupPage } from "@/lib/run/loaders";

interface Props {
  params: Promise<{ id: string; stepId: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id, stepId } = await params;
  const { setup } = await stepSetupPage(id, stepId);
  return { title: `${setup.step.name} in ${setup.cycle.name}` };
}

export default async function StepSetupPage({ params }: Props) {
  const { id, stepId } = await params;
  const { setup, lastRuns, words, webhookUrl, mayWrite, mayRun } = await stepSetupPage(id, stepId);
  if (setup.step.kind === "Trigger") return <TriggerSetupDialog key={stepId} stepId={stepId} webhookUrl={webhookUrl} />;
  return (
    <StepSetupDialog
      key={stepId}
      setup={setup}
      words={words}
      mayWrite={mayWrite}
      mayRun={mayRun}
      lastRuns={<LastRuns runs={lastRuns} cycleId={id} />}
    />
  );
}

import { Unplug } from "lucide-react";

const REASONS: Record<string, { title: string; text: string }> = {
  "oauth.browser_mismatch": {
    title: "This sign-in belongs to another browser",
    text: "It was started in another browser or by somebody else, so it was refused here and nothing was stored. Finish it where it was started, or start again from the page you came from.",
  },
  "oauth.issuer_mismatch": {
    title: "The answer came from somewhere else",
    text: "It did not come from the server that you were sent to, so it was refused. Nothing was stored.",
  },
};

const OTHER = {
  title: "This sign-in is over",
  text: "It was finished before, took longer than ten minutes, or is not known here. Nothing was stored. Close this window and start again from the page you came from.",
};

/** A callback that belongs to no sign-in of this browser. It names nobody: who asks is not known. */
export function UnknownResult({ reason }: { reason: string }) {
  const { title, text } = (Object.hasOwn(REASONS, reason) && REASONS[reason]) || OTHER;
  return (
    <main id="main" tabIndex={-1} className="mx-auto flex max-w-lg flex-col items-start gap-2 px-6 py-24">
      <span aria-hidden className="mb-3 grid size-11 place-items-center rounded-lg border border-line bg-sunken text-ink-2">
        <Unplug className="size-5" strokeWidth={1.75} />
      </span>
      <h1>{title}</h1>
      <p className="text-ink-2">{text}</p>
    </main>
  );
}

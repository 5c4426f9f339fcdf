import { Lock } from "lucide-react";

/** Unknown, used and ended tokens, other accounts' connectors and targets that aren't allowed look alike. */
export default function ConnectorAuthForbidden() {
  return (
    <main id="main" tabIndex={-1} className="mx-auto flex max-w-lg flex-col items-start gap-2 px-6 py-24">
      <span aria-hidden className="mb-3 grid size-11 place-items-center rounded-lg border border-line bg-sunken text-ink-2">
        <Lock className="size-5" strokeWidth={1.75} />
      </span>
      <h1>403 – Forbidden: Access is denied.</h1>
      <p className="text-ink-2">
        The token in this address is wrong, was used before or has ended, or the address sends you back to a place that isn&apos;t
        allowed. Go back to the page you came from and start again.
      </p>
    </main>
  );
}

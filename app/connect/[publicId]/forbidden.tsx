import { Lock } from "lucide-react";

/** Unknown, used, revoked and expired links, and wrong tokens, look alike (S-52). */
export default function LinkForbidden() {
  return (
    <main id="main" tabIndex={-1} className="mx-auto flex max-w-lg flex-col items-start gap-2 px-6 py-24">
      <span aria-hidden className="mb-3 grid size-11 place-items-center rounded-lg border border-line bg-sunken text-ink-2">
        <Lock className="size-5" strokeWidth={1.75} />
      </span>
      <h1>403 – Forbidden: Access is denied.</h1>
      <p className="text-ink-2">
        The link or its token is wrong, was used before, or has ended. Open the link again to type the token once more, or ask for
        a new one.
      </p>
    </main>
  );
}

/** Unknown, used and ended tokens look alike. */
export default function TokenSignInForbidden() {
  return (
    <main id="main" tabIndex={-1} className="mx-auto grid max-w-lg gap-2 px-6 py-24">
      <h1>403 – Forbidden: Access is denied.</h1>
      <p className="text-ink-2">
        The token in this address is wrong, was used before or has ended. Go back to the page you came from and start again.
      </p>
    </main>
  );
}

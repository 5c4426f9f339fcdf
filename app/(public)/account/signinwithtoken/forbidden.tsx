/** Unknown, used and ended tokens look alike. */
export default function TokenSignInForbidden() {
  return (
    <>
      <h1>403 – Forbidden: Access is denied.</h1>
      <p className="mt-2 text-ink-2">
        The token in this address is wrong, was used before or has ended. Go back to the page you came from and start again.
      </p>
    </>
  );
}

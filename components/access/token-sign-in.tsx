"use client";

import { signIn } from "next-auth/react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Note } from "@/components/ui/note";

/** Signs in with the token of the address, which is used up by it. */
export function TokenSignIn({ token, name, next }: { token: string; name: string; next: string }) {
  const [pending, setPending] = useState(false);
  const [failed, setFailed] = useState(false);
  const submit = async () => {
    setPending(true);
    const result = await signIn("token", { token, redirect: false }).catch(() => undefined);
    // The whole page anew: nothing that somebody else's session showed stays in it.
    if (result?.ok) return window.location.replace(next);
    setPending(false);
    setFailed(true);
  };
  return (
    <div className="grid gap-4">
      {failed && (
        <Note kind="bad" role="alert" title="Not signed in">
          The token was used before or has ended. Go back to the page you came from and start again.
        </Note>
      )}
      <Button variant="primary" block pending={pending} onClick={() => void submit()}>
        Continue as {name}
      </Button>
    </div>
  );
}

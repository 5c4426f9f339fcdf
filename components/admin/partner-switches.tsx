"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { Switch } from "@/components/ui/switch";
import { toast } from "@/components/ui/toast";
import { settle } from "@/lib/kernel/outcome";
import { setExternalAuthenticationAction, setPartnerDisabledAction } from "@/lib/tenants/actions";

/** What the administrator decides for one partner. */
export function PartnerSwitches({
  partnerId,
  name,
  externalAuthentication,
  disabled,
}: {
  partnerId: string;
  name: string;
  externalAuthentication: boolean;
  disabled: boolean;
}) {
  const router = useRouter();
  const [on, setOn] = useState(externalAuthentication);
  const [pending, setPending] = useState(false);

  const toggle = async (next: boolean) => {
    setOn(next);
    setPending(true);
    const result = settle(await setExternalAuthenticationAction({ partnerId, on: next }));
    setPending(false);
    if (result.ok) toast.ok(next ? `External authentication is on for ${name}` : `External authentication is off for ${name}`);
    else {
      setOn(!next);
      toast.bad(result.error.message);
    }
    router.refresh();
  };

  const disable = async (next: boolean) => {
    const result = settle(await setPartnerDisabledAction({ partnerId, on: next }));
    if (!result.ok) return result.error.message;
    toast.ok(next ? `${name} is disabled` : `${name} is enabled`);
    router.refresh();
    return undefined;
  };

  return (
    <div className="grid gap-6">
      <Switch
        checked={on}
        disabled={pending}
        onCheckedChange={(next) => void toggle(next)}
        label="External Authentication of Connectors"
        description="Lets this partner's steps take their credentials from the run. Off: the toggle disappears from their steps, mappings that exist still apply."
      />
      <div className="border-t border-line pt-5">
        <h3>{disabled ? "This partner is disabled" : "Disable this partner"}</h3>
        <p className="mt-1 mb-3 text-sm text-ink-2">
          {disabled
            ? "Nobody of this partner can sign in. Nothing was deleted."
            : "Nobody of this partner can sign in until you enable it again. Nothing is deleted."}
        </p>
        {disabled ? (
          <Button onClick={() => void disable(false)}>Enable partner</Button>
        ) : (
          <AlertDialog
            trigger={<Button variant="quiet-danger">Disable partner</Button>}
            title={`Disable ${name}?`}
            consequence="Its team and its customers are locked out at once. You can enable it again."
            confirmLabel="Disable partner"
            onConfirm={() => disable(true)}
          />
        )}
      </div>
    </div>
  );
}

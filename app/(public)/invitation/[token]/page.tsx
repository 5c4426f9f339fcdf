import type { Metadata } from "next";
import { AcceptInvitationForm } from "@/components/access/accept-invitation-form";
import { Wordmark } from "@/components/access/wordmark";
import { ButtonLink } from "@/components/ui/button";
import { loadInvitation } from "@/lib/access/loaders";

export const metadata: Metadata = { title: "Invitation" };

export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const invitation = await loadInvitation(token);
  if (!invitation) {
    return (
      <>
        <Wordmark />
        <h1>This invitation can&apos;t be used</h1>
        <p className="mt-1 mb-6 text-ink-2">It was used, withdrawn, or has expired. Ask the person who sent it for a new one.</p>
        <ButtonLink href="/sign-in">Sign in instead</ButtonLink>
      </>
    );
  }
  const place = invitation.accountName ? `${invitation.accountName} at ${invitation.partnerName}` : invitation.partnerName;
  return (
    <>
      {invitation.accountName === null && <Wordmark />}
      <h1>Join {place}</h1>
      <p className="mt-1 mb-6 text-ink-2">
        {invitation.hasAccount
          ? `You have an account as ${invitation.email}. Enter its password to join.`
          : `For ${invitation.email}. Choose a name and a password.`}
      </p>
      <AcceptInvitationForm token={token} email={invitation.email} hasAccount={invitation.hasAccount} />
    </>
  );
}

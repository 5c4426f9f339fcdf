import "server-only";
import { notFound, redirect } from "next/navigation";
import { brandOf } from "@/lib/kernel/brand";
import { env } from "@/lib/platform/env";
import type { Permission } from "./policy";
import {
  accountScope,
  holderOfSignInToken,
  invitationByToken,
  partnerInvitations,
  partnerPeople,
  sessionsOf,
  userByEmail,
} from "./data";
import { instanceScopeFor, partnerScopeFor } from "./scopes";
import { currentPerson } from "./session";
import type { AccountScope, Actor, InstanceScope, PartnerScope, SignedIn } from "./types";

/** Where a person belongs after signing in. */
export function homeOf(who: SignedIn): string {
  if (who.memberships.some((m) => m.accountId === null)) return "/dashboard";
  if (who.isInstanceAdministrator) return "/admin/partners";
  return "/portal";
}

/** The person of this page, or off to the sign-in page and back to `path` afterwards. */
export async function requirePerson(path: string): Promise<{ who: SignedIn; actor: Actor }> {
  const current = await currentPerson();
  if (!current) redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  return current;
}

/** The partner's scope of this page; 404 where the person has none or the role lacks the permission. */
export async function requirePartner(path: string, permission: Permission): Promise<{ scope: PartnerScope; who: SignedIn }> {
  const { who, actor } = await requirePerson(path);
  const scope = partnerScopeFor(who, actor, permission);
  if (!scope.ok) notFound();
  return { scope: scope.value, who };
}

/** The scope of one account of this page; 404 for an unknown account and for somebody else's alike. */
export async function requireAccount(
  path: string,
  accountId: string,
  permission: Permission,
): Promise<{ scope: AccountScope; who: SignedIn }> {
  const { who, actor } = await requirePerson(path);
  const scope = await accountScope(who, actor, accountId, permission);
  if (!scope.ok) notFound();
  return { scope: scope.value, who };
}

export async function requireAdministrator(path: string): Promise<{ scope: InstanceScope; who: SignedIn }> {
  const { who, actor } = await requirePerson(path);
  const scope = instanceScopeFor(who, actor);
  if (!scope.ok) notFound();
  return { scope: scope.value, who };
}

/** What the sign-in page needs: nothing for a person who is signed in already. */
export async function loadSignIn(): Promise<{ signedInHome: string | null; singleSignOn: string | null }> {
  const current = await currentPerson();
  return { signedInHome: current ? homeOf(current.who) : null, singleSignOn: env().oidc?.name ?? null };
}

/** Whom the token of an address signs in, and where; null where it is no good. */
export async function loadTokenSignIn(token: unknown) {
  const holder = typeof token === "string" ? await holderOfSignInToken(token.slice(0, 200)) : null;
  if (!holder) return null;
  const { name, accountId, accountName, branding, partnerName, partnerSlug } = holder;
  return {
    name,
    accountName,
    brand: brandOf({ name: partnerName, slug: partnerSlug, branding }),
    home: `/portal/${accountId}`,
  };
}

export async function loadInvitation(token: string) {
  const found = await invitationByToken(token);
  if (!found) return null;
  const known = await userByEmail(found.invitation.email);
  return {
    email: found.invitation.email,
    role: found.invitation.role,
    partnerName: found.branding.displayName ?? found.partnerName,
    accountName: found.accountName,
    hasAccount: known !== null,
  };
}

export async function loadPeople() {
  const { scope, who } = await requirePartner("/settings/people", "people.read");
  return {
    people: await partnerPeople(scope),
    invitations: await partnerInvitations(scope),
    mayWrite: scope.permissions.has("people.write"),
    self: who.userId,
  };
}

export async function loadProfile(path: string) {
  const { who } = await requirePerson(path);
  return { name: who.name, email: who.email, current: who.sessionId, sessions: await sessionsOf(who.userId) };
}

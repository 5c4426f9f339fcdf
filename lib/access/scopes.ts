import { fail, ok, type Result } from "@/lib/kernel/result";
import { CLIENT_PERMISSIONS, isAccountRole, isPartnerRole, ROLE_PERMISSIONS, type Permission } from "./policy";
import type { AccountScope, Actor, InstanceScope, PartnerScope, SignedIn } from "./types";

/** The one place where a plain object becomes a scope. */
const mint = <S extends PartnerScope | AccountScope | InstanceScope>(fields: Omit<S, keyof S & symbol>): S =>
  fields as unknown as S;

const notFound = fail("object.not_found", "There is nothing here.");

/** Mints a partner's scope for a signed-in person. Errors: not a member (as unknown), or the role lacks `permission`. */
export function partnerScopeFor(who: SignedIn, actor: Actor, permission: Permission): Result<PartnerScope> {
  const membership = who.memberships.find((m) => m.accountId === null);
  if (!membership || !isPartnerRole(membership.role)) return notFound;
  const permissions = new Set<Permission>(ROLE_PERMISSIONS[membership.role]);
  if (!permissions.has(permission)) return fail("access.denied", "Your role doesn't allow this. Ask an owner of your team.");
  return ok(mint<PartnerScope>({ partnerId: membership.partnerId, actor, permissions }));
}

/** Mints an account's scope from a membership of that account, or from a partner's scope that is known to own it. */
export function accountScopeFor(who: SignedIn, actor: Actor, accountId: string, permission: Permission): Result<AccountScope> {
  const membership = who.memberships.find((m) => m.accountId === accountId);
  if (!membership || !isAccountRole(membership.role)) return notFound;
  const permissions = new Set<Permission>(ROLE_PERMISSIONS[membership.role]);
  if (!permissions.has(permission))
    return fail("access.denied", "Your role doesn't allow this. Ask an administrator of your account.");
  return ok(mint<AccountScope>({ partnerId: membership.partnerId, accountId, actor, permissions }));
}

/** Narrows a partner's scope to one of its accounts. The caller has proved that the account is this partner's. */
export const narrowScope = (scope: PartnerScope, accountId: string): AccountScope =>
  mint<AccountScope>({ partnerId: scope.partnerId, accountId, actor: scope.actor, permissions: scope.permissions });

export function instanceScopeFor(who: SignedIn, actor: Actor): Result<InstanceScope> {
  return who.isInstanceAdministrator ? ok(mint<InstanceScope>({ actor })) : notFound;
}

/** For the holder of a connect link: authenticate this one connection, nothing else. */
export const linkScope = (partnerId: string, accountId: string, accountConnectorId: number, actor: Actor): AccountScope =>
  mint<AccountScope>({
    partnerId,
    accountId,
    actor,
    permissions: new Set<Permission>(["installs.read", "installs.write"]),
    onlyAccountConnectorId: accountConnectorId,
  });

const CLIENT_RIGHTS = {
  full: new Set<Permission>(CLIENT_PERMISSIONS.full),
  read: new Set<Permission>(CLIENT_PERMISSIONS.read),
} as const;

/** For a client of the REST API that showed a token. In: what the token is good for. */
export const clientScope = (
  token: { readonly partnerId: string; readonly accountId: string | null; readonly access: "full" | "read" },
  actor: Actor,
): PartnerScope =>
  mint<PartnerScope>({
    partnerId: token.partnerId,
    actor,
    permissions: CLIENT_RIGHTS[token.access],
    ...(token.accountId === null ? {} : { onlyAccountId: token.accountId }),
  });

/** For jobs of this process and for seeding. */
export const systemPartnerScope = (partnerId: string, name = "Keyway"): PartnerScope =>
  mint<PartnerScope>({
    partnerId,
    actor: { type: "system", id: "system", name },
    permissions: new Set<Permission>(ROLE_PERMISSIONS.owner),
  });

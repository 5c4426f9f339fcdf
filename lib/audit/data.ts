import { reader } from "@/db/client";
import { and, asc, count, desc, eq, gte, like, lte, or, type SQL } from "@/db/query";
import { auditEntries } from "@/db/schema";
import type { InstanceScope, PartnerScope } from "@/lib/access/types";
import { INSTANCE_CHAIN } from "./mutations";
import { firstBreak } from "./policy";
import type { AuditFilter } from "./schema";

import type { AuditEntry } from "./types";

export const AUDIT_PAGE_SIZE = 50;

async function page(chain: string, filter: AuditFilter): Promise<{ entries: AuditEntry[]; total: number; pages: number }> {
  const where: (SQL | undefined)[] = [eq(auditEntries.chain, chain)];
  if (filter.action) where.push(like(auditEntries.action, `${filter.action}%`));
  if (filter.query) {
    const text = `%${filter.query.replace(/[%_]/g, "")}%`;
    where.push(or(like(auditEntries.actorName, text), like(auditEntries.objectName, text), like(auditEntries.action, text)));
  }
  if (filter.from) where.push(gte(auditEntries.at, filter.from));
  if (filter.to) where.push(lte(auditEntries.at, filter.to));
  const condition = and(...where);
  const [{ total } = { total: 0 }] = await reader().select({ total: count() }).from(auditEntries).where(condition);
  const entries = await reader()
    .select()
    .from(auditEntries)
    .where(condition)
    .orderBy(desc(auditEntries.sequence))
    .limit(AUDIT_PAGE_SIZE)
    .offset((filter.page - 1) * AUDIT_PAGE_SIZE);
  return { entries, total, pages: Math.max(1, Math.ceil(total / AUDIT_PAGE_SIZE)) };
}

export const partnerAudit = (scope: PartnerScope, filter: AuditFilter) => page(scope.partnerId, filter);
export const instanceAudit = (_scope: InstanceScope, filter: AuditFilter) => page(INSTANCE_CHAIN, filter);

async function verify(chain: string): Promise<{ entries: number; broken: { sequence: number; reason: string } | null }> {
  const entries = await reader()
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.chain, chain))
    .orderBy(asc(auditEntries.sequence));
  return { entries: entries.length, broken: firstBreak(entries) };
}

/** Recomputes the whole chain of a partner. Out: how many entries, and the first that doesn't fit (S-53). */
export const verifyPartnerAudit = (scope: PartnerScope) => verify(scope.partnerId);
export const verifyInstanceAudit = (_scope: InstanceScope) => verify(INSTANCE_CHAIN);

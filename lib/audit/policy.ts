import { createHash } from "node:crypto";

/** The fields that the chain covers, in the order in which they are hashed. */
export interface ChainedEntry {
  chain: string;
  sequence: number;
  at: number;
  actorType: string;
  actorId: string;
  actorName: string;
  action: string;
  objectType: string;
  objectId: string;
  objectName: string;
  accountId: string | null;
  details: Record<string, unknown>;
  ip: string | null;
  requestId: string | null;
  previousHash: string;
}

export const FIRST_HASH = "0".repeat(64);

/** SHA-256 over the entry and the hash of the one before it, hexadecimal (S-53). */
export function entryHash(e: ChainedEntry): string {
  const text = JSON.stringify([
    e.chain,
    e.sequence,
    e.at,
    e.actorType,
    e.actorId,
    e.actorName,
    e.action,
    e.objectType,
    e.objectId,
    e.objectName,
    e.accountId,
    e.details,
    e.ip,
    e.requestId,
    e.previousHash,
  ]);
  return createHash("sha256").update(text).digest("hex");
}

/** The first entry that doesn't fit its hash or its predecessor; null when the chain is whole. */
export function firstBreak(entries: readonly (ChainedEntry & { hash: string })[]): { sequence: number; reason: string } | null {
  let previous = FIRST_HASH;
  let expected = 1;
  for (const entry of entries) {
    if (entry.sequence !== expected) return { sequence: expected, reason: "an entry is missing" };
    if (entry.previousHash !== previous) return { sequence: entry.sequence, reason: "it does not follow the entry before it" };
    if (entryHash(entry) !== entry.hash) return { sequence: entry.sequence, reason: "it was changed after it was written" };
    previous = entry.hash;
    expected += 1;
  }
  return null;
}

import { createHmac } from "node:crypto";
import { HOUR, MINUTE, SECOND } from "@/lib/kernel/clock";

/** Waits between tries; after the last one a delivery has failed. */
const WAITS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR];

/** When to try again, in milliseconds from now, a fifth sooner or later; null after the last try. In: tries so far; a number from 0 to 1. */
export function nextWait(tries: number, chance: number): number | null {
  const wait = WAITS[tries - 1];
  return wait === undefined ? null : Math.round(wait * (0.8 + 0.4 * chance));
}

/**
 * The header `webhook-signature` (Standard Webhooks 1.0): HMAC-SHA256 of id, timestamp and body with each secret that is good, the
 * newest first. In: secrets as `whsec_` and base64; the time in seconds.
 */
export function signatures(secrets: readonly string[], message: { id: string; timestamp: number; body: string }): string {
  const content = `${message.id}.${message.timestamp}.${message.body}`;
  return secrets
    .map((secret) => Buffer.from(secret.replace(/^whsec_/, ""), "base64"))
    .map((key) => `v1,${createHmac("sha256", key).update(content).digest("base64")}`)
    .join(" ");
}

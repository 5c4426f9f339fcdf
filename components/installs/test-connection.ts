"use client";

import { settle } from "@/lib/kernel/outcome";
import { verifyAction } from "@/lib/run/actions";

export interface Told {
  readonly ok: boolean;
  readonly title: string;
  readonly text: string;
}

/** Runs the test call of a connection and puts its result into words. */
export async function testConnection(connection: {
  readonly id: number;
  readonly accountId: string;
  readonly name: string;
  readonly connectorName: string;
}): Promise<Told> {
  const result = settle(await verifyAction({ accountId: connection.accountId, id: connection.id }));
  if (!result.ok) return { ok: false, title: `${connection.name} failed its test`, text: result.error.message };
  if (result.value === null)
    return { ok: true, title: "Nothing was called", text: `${connection.connectorName} has no test call.` };
  return {
    ok: true,
    title: `${connection.name} works`,
    text: `Test call ${result.value.status} in ${result.value.durationMs} ms`,
  };
}

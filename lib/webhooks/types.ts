import type { WebhookEvent } from "./constants";

/** An endpoint as the settings page may see it. Times in milliseconds. */
export interface WebhookEndpointView {
  readonly id: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly last4: string | null;
  readonly createdAt: number;
  readonly createdBy: string;
}

export interface DeliveryAttempt {
  readonly at: number;
  /** Null where nothing answered. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly problem: string | null;
}

/** One message to one endpoint. */
export interface WebhookDeliveryView {
  readonly id: string;
  readonly endpointUrl: string;
  readonly event: string;
  readonly createdAt: number;
  readonly state: "pending" | "delivered" | "failed";
  readonly attempts: readonly DeliveryAttempt[];
  readonly nextAttemptAt: number | null;
}

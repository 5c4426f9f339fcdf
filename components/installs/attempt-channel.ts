/** What the result page calls out to the page that waits. It names attempts and nothing else: the outcome is read from the server. */
export type AttemptMessage =
  | { readonly type: "finished"; readonly attemptId: string }
  | { readonly type: "restarted"; readonly attemptId: string; readonly next: string };

/** A BroadcastChannel reaches pages of this origin alone. */
const CHANNEL = "keyway-sign-in";

export function announceAttempt(message: AttemptMessage): void {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(message);
  channel.close();
}

export function listenToAttempts(listener: (message: AttemptMessage) => void): () => void {
  if (typeof BroadcastChannel === "undefined") return () => undefined;
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event: MessageEvent<AttemptMessage>) => listener(event.data);
  return () => channel.close();
}

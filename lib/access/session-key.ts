import { singleton } from "@/lib/platform/singleton";

const holder = () => singleton<{ key: string | null }>("session-key", () => ({ key: null }));

/** Told once at start: the key under which session cookies are made. */
export function setSessionKey(key: Buffer): void {
  holder().key = key.toString("base64");
}

export function sessionKey(): string {
  const key = holder().key;
  if (!key) throw new Error("The session key is not set yet.");
  return key;
}

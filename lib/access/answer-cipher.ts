import { singleton } from "@/lib/platform/singleton";

/** How answers that are kept for a repeated request are written: encrypted, since some of them show a token once. */
export interface AnswerCipher {
  /** In: the text, and what it belongs to. */
  readonly encrypt: (text: string, context: string) => string;
  /** Null where it can't be opened. */
  readonly decrypt: (stored: string, context: string) => string | null;
}

const holder = () => singleton<{ cipher: AnswerCipher | null }>("answer-cipher", () => ({ cipher: null }));

/** Told once at start, with a key of its own derived from the master key. */
export function setAnswerCipher(cipher: AnswerCipher): void {
  holder().cipher = cipher;
}

export function answerCipher(): AnswerCipher {
  const { cipher } = holder();
  if (!cipher) throw new Error("The cipher of kept answers is not set yet.");
  return cipher;
}

import { hash, verify } from "@node-rs/argon2";
import { z } from "zod";

/** OWASP's parameters for argon2id: 19 MiB, two passes, one lane. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const passwordSchema = z
  .string()
  .min(10, "Password needs at least 10 characters.")
  .max(200, "Password can have at most 200 characters.")
  .refine((p) => new Set(p).size >= 5, "Password repeats too few characters.");

export const hashPassword = (password: string): Promise<string> => hash(password, OPTIONS);

let decoy: Promise<string> | null = null;

/** True when the password fits. An unknown person costs the same time as a wrong password. */
export async function passwordMatches(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword("a password that nobody has");
  const matches = await verify(stored ?? (await decoy), password);
  return stored !== null && matches;
}

import { readSecret, type Secret } from "./secret";

/** Plaintext of a secret, for the moment it is sent or sealed. Only auth-methods, vault, oauth, run and platform may import this. */
export const expose = (value: Secret): string => readSecret(value);

/** The people of the sandbox. Everyone else signs in with any email address and the shared password. */
export interface Person {
  readonly email: string;
  readonly name: string;
  /** The customer company whose contacts they see. */
  readonly account: string;
}

const KNOWN: readonly (Person & { readonly password: string })[] = [
  { email: "mia@acme.example", name: "Mia Ito", account: "acme", password: "ito" },
  { email: "jonas@birch.example", name: "Jonas Okafor", account: "birch", password: "okafor" },
];

/** What the sign-in page shows as a hint. */
export const SAMPLE_PEOPLE = KNOWN.map(({ email, password }) => ({ email, password }));
export const SHARED_PASSWORD = "sandbox";

/** The person with this email address; anyone with a well-formed one exists. */
export function personOf(email: string): Person | undefined {
  const address = email.trim().toLowerCase();
  const known = KNOWN.find((person) => person.email === address);
  if (known) return { email: known.email, name: known.name, account: known.account };
  const parts = /^([^\s@]+)@([a-z0-9-]+)(?:\.[a-z0-9-]+)+$/.exec(address);
  if (!parts) return undefined;
  const [, local = "", company = ""] = parts;
  const name = local
    .split(/[._-]+/)
    .filter(Boolean)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
  return { email: address, name: name || address, account: company };
}

/** The person, if the password is theirs. */
export function signIn(email: string, password: string): Person | undefined {
  const person = personOf(email);
  if (!person) return undefined;
  const known = KNOWN.find((one) => one.email === person.email);
  return password === (known?.password ?? SHARED_PASSWORD) ? person : undefined;
}

import { z } from "zod";

export interface Contact {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly company: string | null;
  readonly address: { readonly city: string | null; readonly country: string | null };
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

const short = z.string().trim().max(200);
const writable = {
  name: short.min(1),
  email: z.email().max(200).nullable(),
  phone: short.nullable(),
  company: short.nullable(),
  address: z.strictObject({ city: short.nullable().default(null), country: short.nullable().default(null) }),
  tags: z.array(short).max(20),
};
export const newContactSchema = z.strictObject({
  ...writable,
  email: writable.email.default(null),
  phone: writable.phone.default(null),
  company: writable.company.default(null),
  address: writable.address.default({ city: null, country: null }),
  tags: writable.tags.default([]),
});
export const contactChangeSchema = z.strictObject(writable).partial();

const SEED: Readonly<Record<string, string>> = {
  acme:
    "Ada Brandt,Ivo Castell,Noor Haddad,Lena Fischer,Tomas Novak,Priya Raman,Oskar Lind,Yuki Mori,Elif Demir,Marco Villa,Sara Holm,Ben Achebe," +
    "Clara Duarte,Jan Peeters,Hana Kim,Luis Ortega,Maja Kowalska,Owen Price,Rita Sousa,Samir Aziz,Tess Baker,Uma Nair,Viktor Stein",
  birch: "Greta Olsen,Hugo Laurent,Ines Prado,Karim Said,Leah Cohen,Mats Berg,Nadia Rossi",
};
const CITIES: readonly (readonly [string, string])[] = [
  ["Lisbon", "PT"],
  ["Utrecht", "NL"],
  ["Leeds", "GB"],
  ["Graz", "AT"],
  ["Gdansk", "PL"],
];

/** The contacts of every customer company, in memory. A company nobody has seen yet starts with seven of its own. */
export class ContactBook {
  #accounts = new Map<string, Contact[]>();
  #created = 0;
  readonly #byIdempotencyKey = new Map<string, Contact>();

  list(account: string, page: number, pageSize: number, search?: string) {
    const wanted = search?.toLowerCase();
    const all = this.#of(account).filter(
      (contact) => !wanted || `${contact.name} ${contact.email ?? ""}`.toLowerCase().includes(wanted),
    );
    return { contacts: all.slice((page - 1) * pageSize, page * pageSize), total: all.length };
  }

  get(account: string, id: string): Contact | undefined {
    return this.#of(account).find((contact) => contact.id === id);
  }

  /** The same idempotency key gives the contact made the first time. */
  create(account: string, input: z.output<typeof newContactSchema>, idempotencyKey?: string): Contact {
    const key = idempotencyKey === undefined ? undefined : `${account}:${idempotencyKey}`;
    const before = key === undefined ? undefined : this.#byIdempotencyKey.get(key);
    if (before) return before;
    this.#created += 1;
    const now = new Date().toISOString();
    const contact: Contact = { id: `${account}-n${this.#created}`, ...input, createdAt: now, updatedAt: now };
    this.#of(account).push(contact);
    if (key !== undefined) this.#byIdempotencyKey.set(key, contact);
    return contact;
  }

  update(account: string, id: string, change: z.output<typeof contactChangeSchema>): Contact | undefined {
    const contacts = this.#of(account);
    const index = contacts.findIndex((contact) => contact.id === id);
    const before = contacts[index];
    if (!before) return undefined;
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<Contact>;
    const after: Contact = { ...before, ...given, updatedAt: new Date().toISOString() };
    contacts[index] = after;
    return after;
  }

  reset(): void {
    this.#accounts = new Map();
    this.#byIdempotencyKey.clear();
    this.#created = 0;
  }

  #of(account: string): Contact[] {
    const existing = this.#accounts.get(account);
    if (existing) return existing;
    const contacts = (SEED[account] ?? SEED.birch ?? "").split(",").map((name, index) => seeded(account, name, index));
    this.#accounts.set(account, contacts);
    return contacts;
  }
}

function seeded(account: string, name: string, index: number): Contact {
  const [firstName = "", lastName = ""] = name.split(" ");
  const [city, country] = CITIES[index % CITIES.length] ?? ["Lisbon", "PT"];
  const at = new Date(Date.UTC(2026, 0, 5 + index, 9)).toISOString();
  return {
    id: `${account}-${index + 1}`,
    name,
    email: `${firstName}.${lastName}@${account}-customers.example`.toLowerCase(),
    phone: index % 3 === 2 ? null : `+44 20 7946 0${100 + index}`,
    company: index % 4 === 3 ? null : `${lastName} & Co`,
    address: { city, country },
    tags: index % 2 === 0 ? ["newsletter"] : [],
    createdAt: at,
    updatedAt: at,
  };
}

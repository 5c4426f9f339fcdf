import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { insertMembership, insertUser } from "@/lib/access/mutations";
import { hashPassword } from "@/lib/access/passwords";
import { narrowScope, systemPartnerScope } from "@/lib/access/scopes";
import { createApiClient, saveApiSettings } from "@/lib/api-clients/mutations";
import { connectorOf } from "@/lib/catalog/data";
import type { AccountRole, PartnerRole } from "@/lib/access/constants";
import { guid, randomToken } from "@/lib/kernel/ids";
import { createAccount, insertPartner, saveSetup } from "@/lib/partners/mutations";
import { makeDataKey } from "@/lib/vault/mutations";
import { seedCycle } from "./cycle";
import { writeAll } from "./mutations";

/** Keys that the sandbox provider always knows, of two companies. */
const SANDBOX_KEYS = ["sk_sandbox_acme_4f9a1c2e", "sk_sandbox_birch_77d0b3aa"] as const;

interface DemoPerson {
  readonly role: string;
  readonly email: string;
  readonly password: string;
  readonly account?: string;
}

/** What `demo.json` holds. */
interface Demo {
  readonly url: string;
  readonly people: readonly DemoPerson[];
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
  readonly sandbox: { readonly url: string; readonly keys: readonly string[] };
  /** A credential set of Northwind for the REST API. */
  readonly api: { readonly clientId: string; readonly clientSecret: string };
}

interface Seat {
  readonly label: string;
  readonly name: string;
  readonly email: string;
  readonly partner?: "Northwind" | "Fabrikam";
  readonly account?: "Acme Ltd" | "Birch & Co";
  readonly role?: PartnerRole | AccountRole;
}

const SEATS: readonly Seat[] = [
  { label: "administrator", name: "Ines Duarte", email: "admin@keyway.example" },
  { label: "partner owner", name: "Ana Ruiz", email: "ana@northwind.example", partner: "Northwind", role: "owner" },
  { label: "partner editor", name: "Elif Kaya", email: "elif@northwind.example", partner: "Northwind", role: "editor" },
  { label: "partner viewer", name: "Victor Lund", email: "victor@northwind.example", partner: "Northwind", role: "viewer" },
  {
    label: "account administrator",
    name: "Mia Ito",
    email: "mia@acme.example",
    partner: "Northwind",
    account: "Acme Ltd",
    role: "administrator",
  },
  {
    label: "account standard",
    name: "Sam Reyes",
    email: "sam@acme.example",
    partner: "Northwind",
    account: "Acme Ltd",
    role: "standard",
  },
  {
    label: "account administrator",
    name: "Jonas Okafor",
    email: "jonas@birch.example",
    partner: "Northwind",
    account: "Birch & Co",
    role: "administrator",
  },
  { label: "partner owner", name: "Olga Brandt", email: "olga@fabrikam.example", partner: "Fabrikam", role: "owner" },
];

/**
 * Fills an empty instance: two partners, two accounts, people for each role, and writes `demo.json` (mode 0600) with
 * passwords made for this instance alone. The people and partners are written in one transaction.
 */
export async function seedDemo(options: { url: string; sandboxUrl: string; file: string }): Promise<void> {
  if (existsSync(options.file)) return;
  const partners = { Northwind: guid(), Fabrikam: guid() };
  const keys = { Northwind: makeDataKey(partners.Northwind), Fabrikam: makeDataKey(partners.Fabrikam) };
  const people = await Promise.all(
    SEATS.map(async (seat) => {
      const password = `${randomToken(72)}-demo`;
      return { ...seat, password, passwordHash: await hashPassword(password) };
    }),
  );
  await writeAll(async (tx) => {
    await insertPartner(
      tx,
      {
        id: partners.Northwind,
        name: "Northwind",
        slug: "northwind",
        branding: { displayName: "Northwind", accent: "#24407c" },
        externalAuthenticationEnabled: true,
      },
      keys.Northwind,
    );
    await insertPartner(tx, { id: partners.Fabrikam, name: "Fabrikam", slug: "fabrikam", branding: {} }, keys.Fabrikam);
  });
  const northwind = systemPartnerScope(partners.Northwind, "Demonstration");
  const accounts = new Map<string, string>();
  for (const [name, externalId] of [
    ["Acme Ltd", "acme"],
    ["Birch & Co", "birch"],
  ] as const) {
    const made = await createAccount(northwind, { name, externalId, description: null, timezone: "Europe/London" });
    if (!made.ok) throw new Error(made.error.message);
    accounts.set(name, made.value.id);
  }
  await writeAll(async (tx) => {
    for (const p of people) {
      const userId = await insertUser(tx, {
        email: p.email,
        name: p.name,
        passwordHash: p.passwordHash,
        isInstanceAdministrator: p.partner === undefined,
      });
      if (!p.partner || !p.role) continue;
      await insertMembership(tx, {
        userId,
        partnerId: partners[p.partner],
        accountId: p.account ? (accounts.get(p.account) ?? null) : null,
        role: p.role,
      });
    }
  });
  const oauth = await connectorOf(northwind, "sandbox-crm-oauth");
  if (oauth) {
    await saveSetup(northwind, oauth, [
      { kind: "set", name: "client_id", value: "keyway-sandbox", isSecret: false },
      { kind: "set", name: "client_secret", value: "sandbox-secret-7Qw2mX", isSecret: true },
    ]);
  }
  const acme = accounts.get("Acme Ltd");
  if (acme) await seedCycle(narrowScope(northwind, acme));
  const client = await createApiClient(northwind, { name: "Demonstration", access: "full" });
  if (!client.ok) throw new Error(client.error.message);
  // So that the sign-in page for browsers of a partner's backend can be tried at once.
  await saveApiSettings(northwind, { targetOrigins: [new URL(options.url).origin, new URL(options.sandboxUrl).origin] });
  const demo: Demo = {
    url: options.url,
    people: people.map(({ label, email, password, account }) => ({
      role: label,
      email,
      password,
      ...(account ? { account } : {}),
    })),
    accounts: [...accounts].map(([name, id]) => ({ id, name })),
    sandbox: { url: options.sandboxUrl, keys: SANDBOX_KEYS },
    api: { clientId: client.value.clientId, clientSecret: client.value.clientSecret },
  };
  writeFileSync(options.file, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  chmodSync(options.file, 0o600);
}

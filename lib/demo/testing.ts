import { randomBytes } from "node:crypto";
import { sandboxConnectors } from "@/db/seeds/connectors/sandbox";
import { createTestDb } from "@/db/testing";
import { startSandboxProvider, type SandboxProvider } from "@/e2e/providers/sandbox";
import { setAnswerCipher } from "@/lib/access/answer-cipher";
import { accountOfPartner } from "@/lib/access/data";
import { systemPartnerScope } from "@/lib/access/scopes";
import { createApiClient } from "@/lib/api-clients/mutations";
import type { ApiAccess } from "@/lib/api-clients/types";
import type { AccountScope, PartnerScope } from "@/lib/access/types";
import { connectorDefinitionSchema, type ConnectorDefinition } from "@/lib/auth-methods/definition";
import { connectorOf, type Connector } from "@/lib/catalog/data";
import { syncLibrary } from "@/lib/catalog/mutations";
import { createInstall } from "@/lib/installs/mutations";
import type { CredentialFacts } from "@/lib/installs/sealing";
import { guid } from "@/lib/kernel/ids";
import { secret } from "@/lib/kernel/secret";
import { createAccount, insertPartner, saveSetup } from "@/lib/partners/mutations";
import type { ValueChange } from "@/lib/partners/types";
import { resetEnv } from "@/lib/platform/env";
import { dropSingleton } from "@/lib/platform/singleton";
import { deriveKey, keptAnswers } from "@/lib/vault/keys";
import { loadMasterKey } from "@/lib/vault/master";
import { checkMasterKey, makeDataKey } from "@/lib/vault/mutations";
import { writeAll } from "./mutations";

/** A partner with one account, for tests. */
export interface TestPartner {
  readonly scope: PartnerScope;
  readonly account: AccountScope;
}

/** A database, a key, a sandbox provider and the means to fill them: everything a test of the rooms stands on. */
export interface TestWorld {
  readonly sandbox: SandboxProvider;
  readonly northwind: TestPartner;
  readonly fabrikam: TestPartner;
  connector(slug: string): Promise<Connector>;
  /** Adds definitions to the library, such as variants of the sandbox's. */
  define(...definitions: ConnectorDefinition[]): Promise<void>;
  setUp(partner: TestPartner, slug: string, values: Record<string, string>): Promise<void>;
  install(
    partner: TestPartner,
    slug: string,
    more?: { name?: string; credential?: Record<string, string>; properties?: ValueChange[] },
  ): Promise<number>;
  /** A credential set of the REST API. */
  apiClient(partner: TestPartner, access?: ApiAccess): Promise<{ clientId: string; clientSecret: string }>;
  close(): Promise<void>;
}

async function partnerNamed(name: string): Promise<TestPartner> {
  const id = guid();
  const key = makeDataKey(id);
  await writeAll((tx) => insertPartner(tx, { id, name, slug: name.toLowerCase(), branding: {} }, key));
  const scope = systemPartnerScope(id, "Ana Ruiz");
  const made = await createAccount(scope, {
    name: `${name} customer`,
    externalId: undefined,
    description: null,
    timezone: "UTC",
  });
  if (!made.ok) throw new Error(made.error.message);
  const account = await accountOfPartner(scope, made.value.id);
  if (!account.ok) throw new Error(account.error.message);
  return { scope, account: { ...account.value, actor: { type: "user", id: `user-of-${name}`, name: "Mia Ito" } } };
}

const fixed = (values: Record<string, string>): CredentialFacts => ({
  values,
  secretNames: Object.keys(values),
  expiresAt: null,
  refreshExpiresAt: null,
  isRefreshable: false,
  scopes: null,
});

/** In: further values of the environment, and a master key (base64) where others have to know it. Out: the world; close it after the test. */
export async function createTestWorld(
  environment: Record<string, string> = {},
  key = randomBytes(32).toString("base64"),
): Promise<TestWorld> {
  const sandbox = await startSandboxProvider({ port: 0 });
  Object.assign(process.env, { KEYWAY_EGRESS_ALLOW: "127.0.0.1", KEYWAY_URL: "http://127.0.0.1:3999", ...environment });
  resetEnv();
  for (const name of ["catalog", "data-keys", "callback-salt", "rate-limiters"]) dropSingleton(name);
  const db = createTestDb();
  const master = loadMasterKey({ inline: secret(key), file: "", mayGenerate: false });
  setAnswerCipher(keptAnswers(deriveKey(master.key.key, "kept answers")));
  await checkMasterKey();
  const define = async (...definitions: ConnectorDefinition[]) => {
    await syncLibrary(definitions.map((definition) => ({ definition, kind: "application" })));
  };
  await define(...sandboxConnectors(sandbox.url).map((d) => connectorDefinitionSchema.parse(d)));
  const northwind = await partnerNamed("Northwind");
  const fabrikam = await partnerNamed("Fabrikam");
  const connector = async (slug: string): Promise<Connector> => {
    const found = await connectorOf(northwind.scope, slug);
    if (!found) throw new Error(`no connector ${slug}`);
    return found;
  };
  return {
    sandbox,
    northwind,
    fabrikam,
    connector,
    define,
    async setUp(partner, slug, values) {
      const secrets = new Set(["client_secret", "apiKey", "password"]);
      const changes = Object.entries(values).map(([name, value]): ValueChange => ({
        kind: "set",
        name,
        value,
        isSecret: secrets.has(name),
      }));
      const saved = await saveSetup(partner.scope, await connector(slug), changes);
      if (!saved.ok) throw new Error(saved.error.message);
    },
    async install(partner, slug, more = {}) {
      const { id, name, releaseId, definition } = await connector(slug);
      const authMethod = definition.authMethods[0];
      if (!authMethod) throw new Error(`${slug} has no method`);
      const made = await createInstall(partner.account, {
        connector: { id, name, releaseId },
        authMethod,
        name: more.name ?? name,
        description: null,
        properties: more.properties ?? [],
        credential: more.credential ? fixed(more.credential) : null,
      });
      if (!made.ok) throw new Error(made.error.message);
      return made.value;
    },
    async apiClient(partner, access = "full") {
      const made = await createApiClient(partner.scope, { name: `Backend of ${partner.scope.partnerId}`, access });
      if (!made.ok) throw new Error(made.error.message);
      return made.value;
    },
    async close() {
      db.close();
      await sandbox.close();
    },
  };
}

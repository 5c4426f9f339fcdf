import { z } from "@hono/zod-openapi";
import type { AccountScope, PartnerScope } from "@/lib/access/types";
import { defaultAuthMethod } from "@/lib/auth-methods/definition";
import { authMethodByGuid } from "@/lib/auth-methods/identifiers";
import { connectorOf, visibleConnectors, type Connector } from "@/lib/catalog/data";
import { listCustomConnectors } from "@/lib/custom-connectors/data";
import { accountEndpoint, pageOf, partnerEndpoint, partnerList } from "@/lib/doors/rest";
import { writtenArray } from "@/lib/doors/rest-answer";
import { flag } from "@/lib/doors/rest-input";
import { installConnector } from "@/lib/installs/install-connector";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { partnerValueNames, savedSetups } from "@/lib/partners/data";
import { accountConnectorSchema, accountConnectorView } from "./account-connector-view";
import { connectorJson, connectorSchema } from "./connector-view";
import { methodSchema, methodView, sortedMethods } from "./method-view";
import { methodPlace } from "./numbers";

const TAG = "Connectors";
const noConnector = fail("object.not_found", "There is no such connector.");

/** A connector in an address: its integer id, or its name, which may contain spaces. */
const KEY = z.string().min(1).max(200).openapi({ description: "Id or name of the connector." });

/** An integer too large to be an id can't be read as one. */
function idOf(key: string): Result<number> | null {
  if (!/^-?\d+$/.test(key)) return null;
  const id = Number(key);
  return Math.abs(id) < 2 ** 31 ? ok(id) : fail("request.invalid", "connector has to be an integer of 32 bits or a name.");
}

const versionOf = (connector: Connector): string => connector.definition.apiVersion ?? "1.0";
const hasName = (connector: Connector, name: string): boolean => connector.name.toLowerCase() === name.trim().toLowerCase();

/** The connectors that a name means, in whatever case, or the one of an id; of that version where it is given. */
async function byName(scope: PartnerScope | AccountScope, name: string, version?: string): Promise<Connector[]> {
  const id = idOf(name);
  const fits = (c: Connector) => (id?.ok ? c.id === id.value : hasName(c, name));
  return (await visibleConnectors(scope)).filter((c) => fits(c) && (version === undefined || versionOf(c) === version));
}

async function one(scope: PartnerScope | AccountScope, key: string): Promise<Result<Connector>> {
  const id = idOf(key);
  if (id && !id.ok) return id;
  const found = id ? await connectorOf(scope, id.value) : (await byName(scope, key))[0];
  return found ? ok(found) : noConnector;
}

/** Rows of a list with what the partner has given for each. */
async function views(scope: PartnerScope, connectors: readonly Connector[]) {
  const setups = await savedSetups(scope);
  return connectors.map((c) => connectorJson(c, defaultAuthMethod(c.definition), Object.keys(setups.get(c.id)?.has ?? {})));
}

const view = async (scope: PartnerScope, connector: Connector) =>
  connectorJson(connector, defaultAuthMethod(connector.definition), await partnerValueNames(scope, connector.id));

const contains = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

const listConnectors = partnerList({
  path: "/connectors",
  permission: "library.read",
  tag: TAG,
  summary: "List connectors",
  query: {
    query: z.string().max(200).optional().openapi({ description: "Part of the name." }),
    category: z.string().max(200).optional(),
    includeCustomConnectors: flag().optional(),
  },
  answer: connectorSchema,
  handle: async ({ scope, query, paging }) => {
    const all = await visibleConnectors(scope);
    const fitting = all.filter(
      (c) =>
        (query.query === undefined || contains(c.name, query.query.trim())) &&
        (query.category === undefined ||
          c.definition.categories.some((each) => each.toLowerCase() === query.category?.toLowerCase())) &&
        (query.includeCustomConnectors !== false || c.kind !== "custom"),
    );
    const ordered = paging.orderBy === "id" ? [...fitting].sort((a, b) => a.id - b.id) : fitting;
    const page = pageOf(paging.ascending ? ordered : [...ordered].reverse(), paging);
    return ok({ rows: await views(scope, page.rows as Connector[]), total: page.total });
  },
});

const readConnector = partnerEndpoint({
  method: "get",
  path: "/connectors/{connector}",
  permission: "library.read",
  tag: TAG,
  summary: "Read a connector by id, or list those of a name",
  description: "An id gives an object, a name an array.",
  params: { connector: KEY },
  answer: z.union([connectorSchema, z.array(connectorSchema)]),
  handle: async ({ scope, params }) => {
    const id = idOf(params.connector);
    if (id === null) return ok(writtenArray(await views(scope, await byName(scope, params.connector))));
    if (!id.ok) return id;
    const connector = await connectorOf(scope, id.value);
    return connector ? ok(await view(scope, connector)) : noConnector;
  },
});

const readVersion = partnerEndpoint({
  method: "get",
  path: "/connectors/{connector}/{version}",
  permission: "library.read",
  tag: TAG,
  summary: "List connectors of a name and version",
  params: { connector: KEY, version: z.string().min(1).max(100) },
  answer: z.array(connectorSchema),
  handle: async ({ scope, params }) =>
    ok(writtenArray(await views(scope, await byName(scope, params.connector, params.version)))),
});

const methodQuery = { category: z.string().max(200).optional(), query: z.string().max(200).optional() };

const methodsOf = (connector: Connector, query: { category?: string | undefined; query?: string | undefined }) =>
  sortedMethods(connector).filter(
    ({ method }) =>
      (query.category === undefined || method.category.toLowerCase() === query.category.toLowerCase()) &&
      (query.query === undefined || contains(method.name, query.query.trim())),
  );

const listMethods = partnerList({
  path: "/connectors/{connector}/methods",
  permission: "library.read",
  tag: TAG,
  summary: "List the methods of a connector",
  params: { connector: KEY },
  query: methodQuery,
  answer: methodSchema,
  handle: async ({ scope, params, query, paging }) => {
    const connector = await one(scope, params.connector);
    if (!connector.ok) return connector;
    const page = pageOf(methodsOf(connector.value, query), paging);
    return ok({ rows: page.rows.map((m) => methodView(connector.value, m as never)), total: page.total });
  },
});

const listVersionMethods = partnerList({
  path: "/connectors/{connector}/{version}/methods",
  permission: "library.read",
  tag: TAG,
  summary: "List the methods of a connector's version",
  params: { connector: KEY, version: z.string().min(1).max(100) },
  query: methodQuery,
  answer: methodSchema,
  handle: async ({ scope, params, query, paging }) => {
    const [connector] = await byName(scope, params.connector, params.version);
    if (!connector) return noConnector;
    const page = pageOf(methodsOf(connector, query), paging);
    return ok({ rows: page.rows.map((m) => methodView(connector, m as never)), total: page.total });
  },
});

const readMethod = partnerEndpoint({
  method: "get",
  path: "/methods/{id}",
  permission: "library.read",
  tag: TAG,
  summary: "Read a method",
  params: {
    id: z
      .string()
      .regex(/^-?\d{1,10}$/, "id has to be an integer.")
      .transform(Number)
      .openapi({ type: "integer" }),
  },
  answer: methodSchema,
  handle: async ({ scope, params }) => {
    const { releaseId, index } = methodPlace(params.id);
    const connector = (await visibleConnectors(scope)).find((c) => c.releaseId === releaseId);
    const method = connector?.definition.methods[index];
    return connector && method
      ? ok(methodView(connector, { method, index }))
      : fail("object.not_found", "There is no such method.");
  },
});

const text = (most: number) =>
  z
    .union([z.string().max(most), z.number(), z.boolean()])
    .transform(String)
    .openapi({ type: "string" });

export const propertyInput = z.strictObject({
  Name: z.string().min(1, "Name is required.").max(200),
  Value: text(20_000).nullish(),
  Id: z.unknown().optional().openapi({ description: "Ignored." }),
  AccountConnectorId: z.unknown().optional().openapi({ description: "Ignored." }),
  IsSensitive: z.unknown().optional().openapi({ description: "Ignored." }),
});

/** Why a connector of the partner's own that was never published can't be installed; null where it is no such. */
async function draftOf(scope: PartnerScope, key: string): Promise<Result<never> | null> {
  const id = idOf(key);
  const name = key.trim().toLowerCase();
  const drafts = (await listCustomConnectors(scope)).filter((c) => c.liveNumber === null);
  const draft = drafts.find((c) => (id?.ok ? c.id === id.value : c.name.toLowerCase() === name));
  return draft ? fail("connector.draft", `Connector ${draft.id} is a draft and cannot be installed.`) : null;
}

const install = accountEndpoint({
  method: "post",
  path: "/connectors/{connector}/install",
  permission: "installs.write",
  tag: TAG,
  summary: "Install a connector into the account",
  params: { connector: KEY },
  body: z
    .strictObject({
      Name: z.string().trim().max(120, "Name can have at most 120 characters.").nullish(),
      Description: z.string().max(2000, "Description can have at most 2000 characters.").nullish(),
      AuthenticationId: z.string().max(100).nullish().openapi({ format: "uuid" }),
      AuthValue: z.string().max(100_000).nullish(),
      Properties: z.array(propertyInput).max(200).nullish(),
    })
    .openapi("Install"),
  answer: accountConnectorSchema,
  handle: async ({ scope, partner, params, body }) => {
    const connector = await one(scope, params.connector);
    if (!connector.ok) return (await draftOf(partner, params.connector)) ?? connector;
    const { definition } = connector.value;
    const chosen = body.AuthenticationId ? authMethodByGuid(definition, body.AuthenticationId) : defaultAuthMethod(definition);
    if (!chosen) return fail("request.invalid", "AuthenticationId is none of this connector's.");
    const made = await installConnector(scope, connector.value, chosen, {
      name: body.Name || null,
      description: body.Description ?? null,
      authValue: body.AuthValue ?? null,
      properties: (body.Properties ?? []).map((p) => ({ name: p.Name, value: p.Value ?? "" })),
    });
    return made.ok ? accountConnectorView(scope, made.value) : made;
  },
});

export const connectorEndpoints = [
  listConnectors,
  listMethods,
  listVersionMethods,
  install,
  readConnector,
  readVersion,
  readMethod,
];

import { z } from "@hono/zod-openapi";
import type { AccountScope } from "@/lib/access/types";
import { accountEndpoint, accountList, pageOf } from "@/lib/doors/rest";
import { integerId } from "@/lib/doors/rest-input";
import { installedConnector } from "@/lib/installs/data";
import { propertyChange, propertyName } from "@/lib/installs/install-connector";
import { saveValues } from "@/lib/installs/mutations";
import { fail, ok, type Result } from "@/lib/kernel/result";
import type { ValueChange } from "@/lib/partners/types";
import { boundConnector, noAccountConnector, propertySchema, propertyView, type BoundConnector } from "./account-connector-view";
import { propertyInput } from "./connectors";

const TAG = "Properties";
const PATH = "/account/connectors/{id}/properties";
const params = { id: integerId("id") };
const oneParams = { ...params, propertyId: integerId("propertyId") };
const noProperty = fail("object.not_found", "There is no such property.");

/** A value for a name that the connector doesn't know is kept as plain text beside the others. */
function changeOf({ connector, authMethod }: BoundConnector, name: string, value: string): Result<ValueChange> {
  const change = propertyChange(connector.definition, authMethod, { name, value });
  const isUnknown = !change.ok && change.error.message.startsWith("There is not");
  if (!isUnknown) return change;
  return ok(value === "" ? { kind: "clear", name } : { kind: "set", name, value, isSecret: false });
}

async function save(scope: AccountScope, bound: BoundConnector, name: string, value: string) {
  const { id } = bound.installed;
  const change = changeOf(bound, name, value);
  if (!change.ok) return change;
  const saved = await saveValues(scope, id, [change.value], null);
  if (!saved.ok) return saved;
  const property = (await installedConnector(scope, id))?.properties.find((p) => p.name === change.value.name);
  // A blank value is none: it was removed.
  return ok(
    property
      ? propertyView(id, property)
      : { Name: propertyName(name), Value: null, Id: 0, AccountConnectorId: id, IsSensitive: false },
  );
}

async function stored(scope: AccountScope, id: number, propertyId: number) {
  const bound = await boundConnector(scope, id);
  if (!bound.ok) return bound;
  const property = bound.value.installed.properties.find((p) => p.id === propertyId);
  return property ? ok({ bound: bound.value, property }) : noProperty;
}

const valueInput = propertyInput.extend({ Name: propertyInput.shape.Name.optional() }).openapi("PropertyChange");

export const propertyEndpoints = [
  accountList({
    path: PATH,
    permission: "installs.read",
    tag: TAG,
    summary: "List the properties of an account connector",
    params,
    answer: propertySchema,
    handle: async ({ scope, params: { id }, paging }) => {
      const installed = await installedConnector(scope, id);
      if (!installed) return noAccountConnector;
      const rows = installed.properties.map((p) => propertyView(id, p));
      rows.sort((a, b) => (paging.orderBy === "name" ? a.Name.localeCompare(b.Name) : a.Id - b.Id));
      if (!paging.ascending) rows.reverse();
      return ok(pageOf(rows, paging));
    },
  }),
  accountEndpoint({
    method: "post",
    path: PATH,
    permission: "installs.write",
    tag: TAG,
    summary: "Set a property of an account connector",
    params,
    body: propertyInput.openapi("NewProperty"),
    answer: propertySchema,
    handle: async ({ scope, params: { id }, body }) => {
      const bound = await boundConnector(scope, id);
      return bound.ok ? save(scope, bound.value, body.Name, body.Value ?? "") : bound;
    },
  }),
  accountEndpoint({
    method: "get",
    path: `${PATH}/{propertyId}`,
    permission: "installs.read",
    tag: TAG,
    summary: "Read a property",
    params: oneParams,
    answer: propertySchema,
    handle: async ({ scope, params: { id, propertyId } }) => {
      const found = await stored(scope, id, propertyId);
      return found.ok ? ok(propertyView(id, found.value.property)) : found;
    },
  }),
  accountEndpoint({
    method: "put",
    path: `${PATH}/{propertyId}`,
    permission: "installs.write",
    tag: TAG,
    summary: "Change the value of a property",
    params: oneParams,
    body: valueInput,
    answer: propertySchema,
    handle: async ({ scope, params: { id, propertyId }, body }) => {
      const found = await stored(scope, id, propertyId);
      if (!found.ok) return found;
      const { bound, property } = found.value;
      if (body.Name !== undefined && propertyName(body.Name) !== propertyName(property.name))
        return fail("request.invalid", "The name of a property can't be changed.");
      return save(scope, bound, property.name, body.Value ?? "");
    },
  }),
  accountEndpoint({
    method: "delete",
    path: `${PATH}/{propertyId}`,
    permission: "installs.write",
    tag: TAG,
    summary: "Remove a property",
    params: oneParams,
    answer: z.null(),
    handle: async ({ scope, params: { id, propertyId } }) => {
      const found = await stored(scope, id, propertyId);
      if (!found.ok) return found;
      return saveValues(scope, id, [{ kind: "clear", name: found.value.property.name }], null);
    },
  }),
];

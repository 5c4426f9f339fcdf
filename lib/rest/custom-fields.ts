import { z } from "@hono/zod-openapi";
import type { AccountScope } from "@/lib/access/types";
import { addCustomField, changeCustomField, deleteCustomField, type CustomFieldValues } from "@/lib/custom-fields/mutations";
import { accountEndpoint, accountList, pageOf } from "@/lib/doors/rest";
import { flag, integerId } from "@/lib/doors/rest-input";
import { installedConnector } from "@/lib/installs/data";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { customFieldSchema, customFieldView, noAccountConnector } from "./account-connector-view";

const TAG = "Custom fields";
const PATH = "/account/connectors/{id}/fields";
const params = { id: integerId("id") };
const oneParams = { ...params, fieldId: integerId("fieldId") };

const text = (most: number) =>
  z
    .union([z.string().max(most), z.number(), z.boolean()])
    .transform(String)
    .nullish()
    .openapi({ type: ["string", "null"] });

const fieldInput = z
  .strictObject({
    Id: z.unknown().optional().openapi({ description: "Ignored." }),
    ConnectorField: text(500),
    SystemField: text(500),
    DisplayName: text(200),
    Description: text(2000),
    DataType: text(50),
    MethodUniqueIdentifier: text(100),
    DataTypeFormat: text(200),
    EntityIdentifier: text(500),
    ForRequestFormat: flag().nullish(),
  })
  .openapi("CustomFieldInput");

const given = (body: z.output<typeof fieldInput>): Partial<CustomFieldValues> => {
  const values = {
    connectorField: body.ConnectorField,
    systemField: body.SystemField,
    displayName: body.DisplayName,
    description: body.Description,
    dataType: body.DataType,
    methodUniqueIdentifier: body.MethodUniqueIdentifier,
    dataTypeFormat: body.DataTypeFormat,
    entityIdentifier: body.EntityIdentifier,
    forRequestFormat: body.ForRequestFormat ?? undefined,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<CustomFieldValues>;
};

const BLANK: CustomFieldValues = {
  connectorField: null,
  systemField: null,
  displayName: null,
  description: null,
  dataType: null,
  methodUniqueIdentifier: null,
  dataTypeFormat: null,
  entityIdentifier: null,
  forRequestFormat: false,
};

async function view(scope: AccountScope, id: number, fieldId: number): Promise<Result<z.input<typeof customFieldSchema>>> {
  const installed = await installedConnector(scope, id);
  if (!installed) return noAccountConnector;
  const field = installed.customFields.find((f) => f.id === fieldId);
  return field ? ok(customFieldView(field)) : fail("object.not_found", "There is no such custom field.");
}

export const customFieldEndpoints = [
  accountList({
    path: PATH,
    permission: "installs.read",
    tag: TAG,
    summary: "List the custom fields of an account connector",
    params,
    answer: customFieldSchema,
    handle: async ({ scope, params: { id }, paging }) => {
      const installed = await installedConnector(scope, id);
      return installed ? ok(pageOf(installed.customFields.map(customFieldView), paging)) : noAccountConnector;
    },
  }),
  accountEndpoint({
    method: "post",
    path: PATH,
    permission: "installs.write",
    tag: TAG,
    summary: "Add a custom field",
    params,
    body: fieldInput,
    answer: customFieldSchema,
    handle: async ({ scope, params: { id }, body }) => {
      const made = await addCustomField(scope, id, { ...BLANK, ...given(body) });
      return made.ok ? view(scope, id, made.value) : made;
    },
  }),
  accountEndpoint({
    method: "get",
    path: `${PATH}/{fieldId}`,
    permission: "installs.read",
    tag: TAG,
    summary: "Read a custom field",
    params: oneParams,
    answer: customFieldSchema,
    handle: ({ scope, params: { id, fieldId } }) => view(scope, id, fieldId),
  }),
  accountEndpoint({
    method: "put",
    path: `${PATH}/{fieldId}`,
    permission: "installs.write",
    tag: TAG,
    summary: "Change a custom field",
    params: oneParams,
    body: fieldInput,
    answer: customFieldSchema,
    handle: async ({ scope, params: { id, fieldId }, body }) => {
      const saved = await changeCustomField(scope, id, fieldId, given(body));
      return saved.ok ? view(scope, id, fieldId) : saved;
    },
  }),
  accountEndpoint({
    method: "delete",
    path: `${PATH}/{fieldId}`,
    permission: "installs.write",
    tag: TAG,
    summary: "Remove a custom field",
    params: oneParams,
    answer: z.null(),
    handle: ({ scope, params: { id, fieldId } }) => deleteCustomField(scope, id, fieldId),
  }),
];

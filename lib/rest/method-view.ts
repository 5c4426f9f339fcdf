import { z } from "@hono/zod-openapi";
import type { ConnectorDefinition, Field, MethodDefinition } from "@/lib/auth-methods/definition";
import { engineWord } from "@/lib/auth-methods/engine-words";
import { methodGuid } from "@/lib/auth-methods/identifiers";
import { triggerSchema, triggersOf, type ShownConnector } from "./connector-view";
import { methodNumber, methodNumbers } from "./numbers";

const slot = {
  Id: z.int(),
  Name: z.string(),
  Description: z.string().nullable(),
  IsOptional: z.boolean(),
  DataType: z.string(),
  TriggerName: z.string().nullable(),
  Values: z.array(z.string()),
  DisplayOrder: z.int(),
  Triggers: z.array(triggerSchema),
};

export const parameterSchema = z
  .object({ ...slot, TargetType: z.string(), TargetName: z.string(), DefaultValue: z.string().nullable() })
  .openapi("Parameter");

export const fieldSchema = z
  .object({
    ...slot,
    ConnectorField: z.string().openapi({ description: "Place in the body." }),
    DefaultValue: z.string().nullable(),
  })
  .openapi("Field");

export const methodSchema = z
  .object({
    Id: z.int().openapi({ description: "Changes with releases of the connector." }),
    MethodUniqueIdentifier: z.uuid().openapi({ description: "Stays the same." }),
    Name: z.string(),
    Description: z.string().nullable(),
    Category: z.string(),
    MethodType: z.string(),
    HttpMethod: z.string(),
    EndPoint: z.string(),
    Parameters: z.array(parameterSchema),
    RequestFields: z.array(fieldSchema),
    ResponseFields: z.array(fieldSchema),
  })
  .openapi("Method");

export interface PlacedMethod {
  readonly method: MethodDefinition;
  /** Its place in the definition. */
  readonly index: number;
}

/** Methods that people may call, by category, then by name. */
export const sortedMethods = ({ definition }: { readonly definition: ConnectorDefinition }): PlacedMethod[] =>
  definition.methods
    .map((method, index) => ({ method, index }))
    .filter(({ method }) => !method.hidden)
    .sort((a, b) => a.method.category.localeCompare(b.method.category) || a.method.name.localeCompare(b.method.name));

const triggersFor = (
  connector: ShownConnector,
  lookup: string | undefined,
  entityId: number,
  accountConnectorId: number | null,
) =>
  lookup === undefined
    ? []
    : triggersOf(connector, accountConnectorId)
        .filter((t) => t.Name === lookup)
        .map((t) => ({ ...t, EntityId: entityId }));

/** Parameters of a method with their numbers; hidden ones are nobody's to set. */
export function parameterViews(connector: ShownConnector, method: MethodDefinition, accountConnectorId: number | null = null) {
  const numbers = methodNumbers(connector.definition.slug, method).parameters;
  return method.parameters
    .map((p, index) => ({ p, index }))
    .filter(({ p }) => !p.hidden && engineWord(p) === null)
    .map(({ p, index }) => {
      const id = numbers.get(p.name) ?? 0;
      return {
        Id: id,
        Name: p.title,
        Description: p.description ?? null,
        IsOptional: p.optional || p.default !== undefined,
        DataType: p.type,
        TriggerName: p.lookup ?? null,
        Values: p.values ?? [],
        DisplayOrder: index + 1,
        Triggers: triggersFor(connector, p.lookup, id, accountConnectorId),
        TargetType: p.targetType,
        TargetName: p.targetName,
        DefaultValue: p.default ?? null,
      };
    });
}

/** Fields of a method's request or response with their numbers. */
export function fieldViews(
  connector: ShownConnector,
  fields: readonly Field[],
  numbers: ReadonlyMap<string, number>,
  accountConnectorId: number | null = null,
) {
  return fields.map((f, index) => {
    const id = numbers.get(f.path) ?? 0;
    return {
      Id: id,
      Name: f.title,
      Description: f.description ?? null,
      IsOptional: f.optional,
      DataType: f.type,
      TriggerName: f.lookup ?? null,
      Values: f.values ?? [],
      DisplayOrder: index + 1,
      Triggers: triggersFor(connector, f.lookup, id, accountConnectorId),
      ConnectorField: f.path,
      DefaultValue: f.default ?? null,
    };
  });
}

/** A method as the API shows it. */
export function methodView(
  connector: ShownConnector,
  { method, index }: PlacedMethod,
  accountConnectorId: number | null = null,
): z.input<typeof methodSchema> {
  const numbers = methodNumbers(connector.definition.slug, method);
  return {
    Id: methodNumber(connector.releaseId, index),
    MethodUniqueIdentifier: methodGuid(connector.definition.slug, method),
    Name: method.name,
    Description: method.description ?? null,
    Category: method.category,
    MethodType: "Action",
    HttpMethod: method.httpMethod,
    EndPoint: method.endpoint,
    Parameters: parameterViews(connector, method, accountConnectorId),
    RequestFields: fieldViews(connector, method.requestFields, numbers.requestFields, accountConnectorId),
    ResponseFields: fieldViews(connector, method.responseFields, numbers.responseFields, accountConnectorId),
  };
}

import { z } from "zod";

type Json = Record<string, unknown>;

/** One operation of the document. */
export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Json;
  }[];
  readonly body: Json | null;
  readonly statuses: readonly number[];
  readonly security: boolean;
  readonly successStatus: number;
  /** What is wrong with an answer by the document; null where nothing is. */
  readonly problem: (status: number, body: unknown) => string | null;
}

export interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Json>>;
  readonly components: { readonly schemas: Record<string, Json> };
}

/** The schema with every reference replaced, and nothing allowed beside what an object declares. */
function whole(document: Document, schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((each) => whole(document, each));
  if (typeof schema !== "object" || schema === null) return schema;
  const { $ref, ...rest } = schema as Json;
  if (typeof $ref === "string") return whole(document, document.components.schemas[$ref.split("/").at(-1) ?? ""]);
  const out = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, whole(document, value)]));
  return out.properties && out.additionalProperties === undefined ? { ...out, additionalProperties: false } : out;
}

const schemaOf = (document: Document, content: unknown): Json | null => {
  const [media] = Object.values((content ?? {}) as Record<string, { schema: unknown }>);
  return media ? (whole(document, media.schema) as Json) : null;
};

function operation(document: Document, path: string, method: string, raw: Json): Operation {
  const responses = raw.responses as Record<string, { content?: unknown }>;
  const answers = new Map(Object.entries(responses).map(([status, r]) => [Number(status), schemaOf(document, r.content)]));
  const statuses = [...answers.keys()];
  return {
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    parameters: (whole(document, raw.parameters ?? []) ?? []) as Operation["parameters"],
    body: schemaOf(document, (raw.requestBody as { content?: unknown } | undefined)?.content),
    statuses,
    security: ((raw.security as unknown[] | undefined)?.length ?? 0) > 0,
    successStatus: statuses.find((status) => status < 300) ?? 200,
    problem(status, body) {
      const schema = answers.get(status);
      if (schema === undefined) return `${status} is not documented`;
      if (schema === null || Object.keys(schema).length === 0) return null;
      const parsed = z.fromJSONSchema(schema as never).safeParse(body);
      return parsed.success ? null : z.prettifyError(parsed.error);
    },
  };
}

/** Every operation that the document lists. */
export const operationsOf = (document: Document): Operation[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => operation(document, path, method, raw)),
  );

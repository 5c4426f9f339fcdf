import { z } from "@hono/zod-openapi";
import { fail, ok, type Result } from "@/lib/kernel/result";

type Fold = (value: unknown) => unknown;

const same: Fold = (value) => value;
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function inner(schema: z.ZodType): z.ZodType | null {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return schema.unwrap() as z.ZodType;
  if (schema instanceof z.ZodPipe) {
    const { in: before, out: after } = schema.def as unknown as { in: z.ZodType; out: z.ZodType };
    return before instanceof z.ZodTransform ? after : before;
  }
  return null;
}

/**
 * A function that gives members of an input the names of the schema, whatever their case. Members that the schema doesn't know stay as
 * they are, for the schema to refuse; names inside a record are data and aren't touched.
 */
export function foldNames(schema: z.ZodType): Fold {
  const unwrapped = inner(schema);
  if (unwrapped) return foldNames(unwrapped);
  if (schema instanceof z.ZodArray) {
    const element = foldNames(schema.element as z.ZodType);
    return (value) => (Array.isArray(value) ? value.map(element) : value);
  }
  if (schema instanceof z.ZodUnion) {
    const options = (schema.options as z.ZodType[]).map((option) => [option, foldNames(option)] as const);
    return (value) => {
      const fitting = options.find(([option]) =>
        Array.isArray(value) ? option instanceof z.ZodArray : option instanceof z.ZodObject,
      );
      return isRecord(value) || Array.isArray(value) ? (fitting?.[1] ?? same)(value) : value;
    };
  }
  if (!(schema instanceof z.ZodObject)) return same;
  const names = new Map(
    Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, each]) => [
      name.toLowerCase(),
      [name, foldNames(each)] as const,
    ]),
  );
  return (value) =>
    isRecord(value)
      ? Object.fromEntries(
          Object.entries(value).map(([name, member]) => {
            const known = names.get(name.toLowerCase());
            return known ? [known[0], known[1](member)] : [name, member];
          }),
        )
      : value;
}

const place = (path: readonly PropertyKey[]): string => path.map(String).join(".");

/** What is wrong, in a sentence: the schema's own where it is one, else with the name before it. */
function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    const where = issue.path.length > 0 ? ` in ${place(issue.path)}` : "";
    return `Unknown name${issue.keys.length > 1 ? "s" : ""}${where}: ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}.`;
  }
  const isOwn = /[.')]$|must|defined|valid URL$/.test(issue.message) || issue.path.length === 0;
  return isOwn ? issue.message : `${place(issue.path)}: ${issue.message}`;
}

/** Parses an input by its schema after its names were folded. Errors: `request.invalid`, with every problem by name. */
export function parseInput<S extends z.ZodType>(schema: S, fold: Fold, value: unknown): Result<z.output<S>> {
  const parsed = schema.safeParse(fold(value));
  if (parsed.success) return ok(parsed.data);
  const fields: Record<string, string> = {};
  for (const issue of parsed.error.issues) fields[place(issue.path) || "body"] ??= sentence(issue);
  return fail("request.invalid", sentence(parsed.error.issues[0]!), { fields });
}

const INT32 = 2 ** 31;

/** An integer in an address: 400 where it can't be read as one. */
export const integerId = (name: string) =>
  z
    .string()
    .regex(/^-?\d{1,10}$/, `${name} has to be an integer.`)
    .transform(Number)
    .refine((n) => n < INT32 && n >= -INT32, `${name} has to be an integer of 32 bits.`)
    .openapi({ type: "integer", format: "int32" });

/** A GUID in an address: 400 where it can't be read as one. */
export const guidId = (name: string) =>
  z
    .string()
    .regex(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i, `${name} has to be a GUID.`)
    .transform((text) => text.toLowerCase())
    .openapi({ type: "string", format: "uuid" });

/** `true`, `false`, or either as text. */
export const flag = () =>
  z
    .preprocess(
      (value) => (typeof value === "string" && /^(true|false)$/i.test(value) ? value.toLowerCase() === "true" : value),
      z.boolean(),
    )
    .openapi({ type: "boolean" });

const wholeNumber = (name: string, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `${name} has to be a whole number.`)
    .transform(Number)
    .refine((n) => n >= 1 && n <= most, `${name} has to be from 1 to ${most}.`);

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 1000;

/** What every list takes. */
export const pagingShape = {
  page: wholeNumber("page", 1_000_000).optional().openapi({ type: "integer", minimum: 1, maximum: 1_000_000, default: 1 }),
  pageSize: wholeNumber("pageSize", MAX_PAGE_SIZE)
    .optional()
    .openapi({ type: "integer", minimum: 1, maximum: MAX_PAGE_SIZE, default: DEFAULT_PAGE_SIZE }),
  orderBy: z.string().max(50).optional().openapi({ description: "Name or Id; any other order is the list's own." }),
  sortOrderAsc: flag().optional(),
};

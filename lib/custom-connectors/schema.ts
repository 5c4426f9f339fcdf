import { z } from "zod";
import { AUTH_TYPES, connectorDefinitionSchema, methodSchema, parameterSchema } from "@/lib/auth-methods/definition";

const uid = z.string().min(1).max(100);
const name = z.string().trim().min(1, "Name is required.").max(200, "Name can have at most 200 characters.");
const base = z.string().max(100);

export const newConnectorSchema = z.object({ name, authType: z.enum(AUTH_TYPES).default("ApiKey") });
export const cloneSchema = z.object({ slug: z.string().min(1).max(200), name });
/** Room for a definition with a thousand methods. */
export const MAX_DEFINITION = 10 * 1024 * 1024;
export const definitionTextSchema = z.object({ text: z.string().min(1, "There is nothing to import.").max(MAX_DEFINITION) });
export const connectorSchema = z.object({ uid });
export const draftSchema = connectorSchema.extend({ base });

const whole = connectorDefinitionSchema.shape;

/** The parts of a definition, as the tabs of the editor hold them. A part that is absent is taken away. */
export const SECTIONS = {
  settings: z.strictObject({
    name: whole.name,
    apiVersion: whole.apiVersion,
    description: whole.description,
    status: whole.status,
    icon: whole.icon,
    website: whole.website,
    docsUrl: whole.docsUrl,
    developerUrl: whole.developerUrl,
    categories: whole.categories,
    aliases: whole.aliases,
    baseUrl: whole.baseUrl,
    headers: whole.headers,
    query: whole.query,
    allowedHosts: whole.allowedHosts,
    testMethod: whole.testMethod,
    paging: whole.paging,
  }),
  authentication: z.strictObject({ authMethods: whole.authMethods, postConnect: whole.postConnect }),
  parameters: z.strictObject({ parameters: z.array(parameterSchema) }),
  lookups: z.strictObject({ lookups: whole.lookups }),
  rateLimits: z.strictObject({ rateLimit: whole.rateLimit }),
  script: z.strictObject({ script: whole.script }),
} as const;
export type SectionName = keyof typeof SECTIONS;
const SECTION_NAMES = Object.keys(SECTIONS) as [SectionName, ...SectionName[]];

export const saveSectionSchema = draftSchema.extend({
  section: z.enum(SECTION_NAMES),
  value: z.record(z.string(), z.unknown()),
});
/** One method; a new one where `methodId` is null. */
export const saveMethodSchema = draftSchema.extend({
  methodId: z.string().max(200).nullable(),
  method: z.record(z.string(), z.unknown()),
});
export const removeMethodSchema = draftSchema.extend({ methodId: z.string().min(1).max(200) });
export const editedMethodSchema = methodSchema;
export const saveDefinitionSchema = draftSchema.extend({ text: z.string().max(MAX_DEFINITION) });

export const publishSchema = draftSchema.extend({
  kind: z.enum(["major", "minor"]),
  comments: z.string().trim().max(4000, "Release notes can have at most 4000 characters.").default(""),
});
export const upgradeSchema = connectorSchema.extend({ ids: z.array(z.number().int().positive()).max(10_000).nullable() });

/** A zod issue in the words of a form. */
export function issueSentence(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_small":
      return issue.origin === "string" ? "This is required." : `This has to be at least ${String(issue.minimum)}.`;
    case "too_big":
      return issue.origin === "string"
        ? `This can have at most ${String(issue.maximum)} characters.`
        : `This can be at most ${String(issue.maximum)}.`;
    case "invalid_type":
      return issue.input === undefined ? "This is required." : `This has to be a ${issue.expected}.`;
    case "invalid_value":
      return `This has to be one of ${issue.values.map(String).join(", ")}.`;
    case "invalid_format":
      return issue.format === "url"
        ? "This has to be a web address, such as https://example.com."
        : issue.message.startsWith("Invalid")
          ? "This has characters that can't stand here."
          : issue.message;
    case "unrecognized_keys":
      return `${issue.keys.join(", ")} ${issue.keys.length === 1 ? "isn't a property" : "aren't properties"} of this.`;
    case "invalid_union":
      return "This isn't of a form that is known here.";
    default:
      return issue.message;
  }
}

/** An OpenAPI document: its text, or where it stands. */
export const startImportSchema = z.union([
  z.strictObject({
    text: z.string().min(1, "There is nothing to import.").max(MAX_DEFINITION, "The document can have at most 10 MB."),
  }),
  z.strictObject({
    url: z.url({ protocol: /^https?$/, error: "Give a web address, such as https://example.com/openapi.yaml." }).max(2000),
  }),
]);
export const finishImportSchema = z.object({ importId: z.string().min(1).max(100), name });

import type { z } from "zod";
import { connectorDefinitionSchema, type ConnectorDefinition } from "@/lib/auth-methods/definition";
import { freshId } from "@/lib/kernel/ids";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { readIcon } from "./icon";
import { lintDefinition } from "@/lib/catalog/lint";
import { issueSentence, SECTIONS, editedMethodSchema, type SectionName } from "./schema";
import type { LintProblem, LintRule } from "@/lib/catalog/types";

/** What can stand while other parts of a draft are still to come; it is said, and has to be right before publishing. */
const MAY_WAIT: ReadonlySet<LintRule> = new Set(["reference", "lookup", "template", "host", "unsent", "unused", "label"]);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The level that the two flags of a parameter say, as API and forms have them; both at once is refused. */
function levelOf(parameter: Record<string, unknown>): Record<string, unknown> | null {
  const { isAccountConnectorProperty: account, isPartnerProperty: partner, ...rest } = parameter;
  if (account === undefined && partner === undefined) return parameter;
  if (account && partner) return null;
  if (account) return { ...rest, level: "account" };
  return partner ? { ...rest, level: rest.level === "partner" ? "partner" : "partnerOrAccount" } : rest;
}

/** Parameters with a level in the place of flags. Errors: `request.invalid` at the parameter that is of both levels. */
function withLevels(value: unknown): Result<unknown> {
  if (!isObject(value) || !Array.isArray(value.parameters)) return ok(value);
  const parameters: unknown[] = [];
  for (const [i, parameter] of (value.parameters as unknown[]).entries()) {
    const levelled = isObject(parameter) ? levelOf(parameter) : parameter;
    if (levelled === null) {
      const message = "A parameter is the property of the account connector or of the partner, not of both.";
      return fail("request.invalid", message, { fields: { [`parameters.${i}.isPartnerProperty`]: message } });
    }
    parameters.push(levelled);
  }
  return ok({ ...value, parameters });
}

/** A definition from text that somebody typed or uploaded. Errors: `request.invalid`, with a message for the path of each mistake. */
export function parseDefinition(value: unknown): Result<ConnectorDefinition> {
  const levelled = withLevels(value);
  if (!levelled.ok) return levelled;
  const parsed = connectorDefinitionSchema.safeParse(levelled.value);
  if (!parsed.success) return invalid(parsed.error.issues);
  if (parsed.data.icon !== undefined) {
    const icon = readIcon(parsed.data.icon);
    if (!icon.ok) return fail("request.invalid", icon.error.message, { fields: { icon: icon.error.message } });
  }
  return ok(parsed.data);
}

function invalid(issues: readonly z.core.$ZodIssue[]): Result<never> {
  const fields: Record<string, string> = {};
  for (const issue of issues) fields[issue.path.map(String).join(".")] ??= issueSentence(issue);
  const [first] = Object.entries(fields);
  const more = Object.keys(fields).length - 1;
  const where = first ? `${first[0] || "The definition"}: ${first[1]}` : "The definition isn't right.";
  return fail("request.invalid", more > 0 ? `${where} And ${more} more.` : where, { fields });
}

/** Problems at these parts that no later step can put right keep a draft from being saved. */
function checked(definition: ConnectorDefinition, parts: readonly string[]): Result<ConnectorDefinition> {
  const isHere = (path: string) => parts.some((part) => path === part || path.startsWith(`${part}.`));
  const wrong = lintDefinition(definition).filter((p) => p.severity === "error" && !MAY_WAIT.has(p.rule) && isHere(p.path));
  return failed(wrong) ?? ok(definition);
}

/** A definition with one section replaced. Errors: `request.invalid`, with a message for the path of each mistake. */
export function withSection(definition: ConnectorDefinition, section: SectionName, value: unknown): Result<ConnectorDefinition> {
  const levelled = section === "parameters" ? withLevels(value) : ok(value);
  if (!levelled.ok) return levelled;
  const schema = SECTIONS[section];
  const parsed = schema.safeParse(levelled.value);
  if (!parsed.success) return invalid(parsed.error.issues);
  const keys = Object.keys(schema.shape);
  const others = Object.entries(definition).filter(([key]) => !keys.includes(key));
  const own = Object.entries(parsed.data).filter(([, v]) => v !== undefined);
  const whole = parseDefinition(Object.fromEntries([...others, ...own]));
  return whole.ok ? checked(whole.value, keys) : whole;
}

/** A definition with a method added or replaced; a new one gets its id from its name. Errors as those of {@link withSection}, below `method`. */
export function withMethod(
  definition: ConnectorDefinition,
  methodId: string | null,
  value: Readonly<Record<string, unknown>>,
): Result<{ definition: ConnectorDefinition; id: string }> {
  const index = methodId === null ? definition.methods.length : definition.methods.findIndex((m) => m.id === methodId);
  if (index === -1) return fail("object.not_found", "This connector has no such method.");
  const name = typeof value.name === "string" ? value.name : "";
  const id =
    methodId ??
    freshId(
      name || "method",
      definition.methods.map((m) => m.id),
    );
  const parsed = editedMethodSchema.safeParse({ ...value, id });
  if (!parsed.success) return invalid(parsed.error.issues);
  const methods = [...definition.methods];
  methods[index] = parsed.data;
  const whole = checked({ ...definition, methods }, [`methods.${index}`]);
  if (whole.ok) return ok({ definition: whole.value, id });
  const at = `methods.${index}.`;
  const fields = Object.entries(whole.error.fields ?? {}).map(([path, text]) => [path.replace(at, ""), text]);
  return { ok: false, error: { ...whole.error, fields: Object.fromEntries(fields) as Record<string, string> } };
}

/** The problems that keep a draft from being published. */
export function blocksPublishing(definition: ConnectorDefinition): Result<null> {
  return failed(lintDefinition(definition).filter((p) => p.severity === "error")) ?? ok(null);
}

function failed(problems: readonly LintProblem[]): Result<never> | null {
  const [first] = problems;
  if (!first) return null;
  const more = problems.length - 1;
  return fail("request.invalid", more > 0 ? `${first.message} And ${more} more.` : first.message, {
    fields: Object.fromEntries(problems.map((p) => [p.path, p.message])),
  });
}

import type { ConnectorDefinition, Parameter } from "@/lib/auth-methods/definition";
import { canonicalName } from "@/lib/auth-methods/templates";
import { sampleOf } from "./trial";
import type { LintProblem, LintRule } from "./types";

type Report = (path: string, rule: LintRule, message: string, severity?: LintProblem["severity"]) => void;

const ARRIVES = new Set<Parameter["source"]>(["tokenResponse", "redirect", "postConnect"]);

/** A name as it travels, where words for a person belong. */
const isWireName = (title: string): boolean => /_|^[a-z]/.test(title);

function check(
  p: Parameter,
  declared: readonly Parameter[],
  report: (key: string, message: string, advice?: boolean) => void,
): void {
  if (p.pattern !== undefined) {
    try {
      new RegExp(`^(?:${p.pattern})$`, "u");
    } catch {
      return report("pattern", `The pattern of ${p.name} can't be read.`);
    }
  }
  if (p.enumTitles && p.enumTitles.length !== p.enum?.length) report("enumTitles", `${p.name} has other words than values.`);
  const other = p.visibleWhen?.parameter;
  if (other !== undefined && !declared.some((d) => canonicalName(d.name) === canonicalName(other)))
    report("visibleWhen", `${p.name} depends on nothing.`);
  if (ARRIVES.has(p.source) && !p.path) report("path", `${p.name} is read nowhere.`);
  if (p.source === "system" && p.fixed === undefined) report("fixed", `${p.name} has no value.`);
  if (p.fixed !== undefined && (p.source !== "system" || p.default !== undefined))
    report("fixed", `${p.name} is fixed and asked for.`);
  if (isWireName(p.title)) report("title", `${p.title} isn't a label: give the provider's own words.`, true);
  if (p.fixed === undefined && sampleOf(p) === undefined) report("example", `${p.name} has a pattern without an example.`, true);
  if (p.example !== undefined && sampleOf(p) !== p.example && !p.enum && p.format !== "uuid")
    report("example", `${p.name} has an example that it refuses.`, true);
}

/** What is wrong with single parameters, and names that stand at two places: a value has one level. */
export function parameterProblems(definition: ConnectorDefinition, report: Report): void {
  const shared = definition.parameters.map((p, i) => ({ p, path: `parameters.${i}` }));
  for (const [m, method] of definition.authMethods.entries()) {
    const own = method.parameters.map((p, i) => ({ p, path: `authMethods.${m}.parameters.${i}` }));
    const all = [...shared, ...own];
    const names = all.map(({ p }) => canonicalName(p.name));
    for (const [i, { p, path }] of all.entries()) {
      if (names.indexOf(names[i] ?? "") < i) report(`${path}.name`, "levels", `The parameter ${p.name} is declared twice.`);
      check(
        p,
        all.map((each) => each.p),
        (key, message, advice) =>
          report(`${path}.${key}`, key === "title" ? "label" : "parameter", message, advice ? "advice" : "error"),
      );
    }
  }
}

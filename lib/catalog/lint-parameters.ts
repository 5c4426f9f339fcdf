import type { ConnectorDefinition, MethodParameter, Parameter } from "@/lib/auth-methods/definition";
import { engineWord } from "@/lib/auth-methods/engine-words";
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

const PLACE_WORDS = ["CYCLR_PAGE_TOKEN", "CYCLR_PAGE_NEXT_URL"];

/** Values that page by page take the place of a person's, and whether paging can come to an end with them. */
export function pagingProblems(definition: ConnectorDefinition, report: Report): void {
  const checked = (p: Parameter | MethodParameter, path: string): void => {
    const word = engineWord(p);
    if (p.targetType === "ResponseField" && (word === null || !PLACE_WORDS.includes(word)))
      report(
        `${path}.targetType`,
        "parameter",
        `${p.title} names a place in the answer: its value is ${PLACE_WORDS.join(" or ")}.`,
      );
    if (word === "CYCLR_PAGE_NEXT_URL" && p.targetType !== "ResponseField")
      report(`${path}.targetType`, "parameter", `${p.title} has the next page's address: its target is ResponseField.`);
  };
  for (const [i, p] of definition.parameters.entries()) checked(p, `parameters.${i}`);
  for (const [m, method] of definition.methods.entries()) {
    for (const [i, p] of method.parameters.entries()) checked(p, `methods.${m}.parameters.${i}`);
    const isOn = method.paging?.inbound ?? definition.paging?.inbound ?? false;
    const words = [...definition.parameters, ...method.parameters].map((p) => engineWord(p));
    const at = method.paging ? `methods.${m}.paging` : "paging";
    if (isOn && !words.some((w) => w !== null && w !== "CYCLR_PAGE_SIZE" && w.startsWith("CYCLR_PAGE_")))
      report(at, "reference", "Paging is on and no parameter asks for the next page.");
    const pageSize = method.paging?.pageSize ?? definition.paging?.pageSize;
    if (isOn && pageSize === undefined && words.includes("CYCLR_PAGE_SIZE"))
      report(at, "reference", "A parameter asks for the page size and there is none.");
  }
}

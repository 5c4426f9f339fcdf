import type { ConditionOperator } from "@/lib/cycles/constants";
import { textOf } from "./paths";

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === "object" && Object.keys(value).length === 0);

/** Numbers as numbers, dates in their ISO form as moments; everything else as text. */
function comparable(value: unknown): number | null {
  if (typeof value === "number") return value;
  const text = textOf(value)?.trim() ?? "";
  if (text !== "" && Number.isFinite(Number(text))) return Number(text);
  return /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?$/.test(text) ? Date.parse(text) : null;
}

function order(left: unknown, right: unknown): number {
  const [a, b] = [comparable(left), comparable(right)];
  if (a !== null && b !== null) return a - b;
  const [x, y] = [textOf(left) ?? "", textOf(right) ?? ""];
  return x < y ? -1 : x > y ? 1 : 0;
}

const equal = (left: unknown, right: unknown): boolean => {
  if (isEmpty(left) || isEmpty(right)) return isEmpty(left) && isEmpty(right);
  return textOf(left) === textOf(right) || (comparable(left) !== null && order(left, right) === 0);
};

function contains(left: unknown, right: unknown): boolean {
  if (Array.isArray(left)) return left.some((item) => equal(item, right));
  return (textOf(left) ?? "").includes(textOf(right) ?? "");
}

/** Operators that are decided here; a pattern is a person's own and is tried in the sandbox. */
export type PlainOperator = Exclude<ConditionOperator, "Matches">;

/** Whether a condition holds. Texts that are numbers or ISO dates are compared as such. */
export function holds(operator: PlainOperator, left: unknown, right: unknown): boolean {
  switch (operator) {
    case "Equal":
      return equal(left, right);
    case "NotEqual":
      return !equal(left, right);
    case "GreaterThan":
      return order(left, right) > 0;
    case "GreaterThanOrEqual":
      return order(left, right) >= 0;
    case "LessThan":
      return order(left, right) < 0;
    case "LessThanOrEqual":
      return order(left, right) <= 0;
    case "Contains":
      return contains(left, right);
    case "NotContains":
      return !contains(left, right);
    case "StartsWith":
      return (textOf(left) ?? "").startsWith(textOf(right) ?? "");
    case "EndsWith":
      return (textOf(left) ?? "").endsWith(textOf(right) ?? "");
    case "IsEmpty":
      return isEmpty(left);
    case "IsNotEmpty":
      return !isEmpty(left);
  }
}

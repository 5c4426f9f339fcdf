import { fail, ok, type Result } from "@/lib/kernel/result";
import { canonicalName } from "./templates";
import { plainAuthValue, type ParsedAuthValue } from "./auth-method-kind";

const timeOf = (value: unknown): number | null => {
  if (typeof value !== "string" || value === "") return null;
  const text = /(Z|[+-]\d\d:?\d\d)$/i.test(value) || !value.includes("T") ? value : `${value}Z`;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
};

/**
 * The JSON form of a token: `{"AccessToken","RefreshToken","Expires","RefreshExpires"}` with ISO dates in UTC, `"{}"` (fetch one
 * when it is needed), or the plain token. In: the text and the members that are kept. Out: values, or `request.invalid`.
 */
export function parseTokenAuthValue(text: string, members: Readonly<Record<string, string>>): Result<ParsedAuthValue> {
  const trimmed = text.trim();
  if (trimmed === "") return fail("request.invalid", "The token is blank");
  if (!trimmed.startsWith("{")) return ok(plainAuthValue({ accessToken: trimmed }));
  let json: unknown;
  try {
    json = JSON.parse(trimmed);
  } catch {
    return fail("request.invalid", "The value isn't valid JSON");
  }
  const entries = Object.entries(json as Record<string, unknown>);
  const member = (name: string): unknown => entries.find(([key]) => canonicalName(key) === canonicalName(name))?.[1];
  const values: Record<string, string> = {};
  for (const [name, parameter] of Object.entries(members)) {
    const value = member(name);
    if (value === undefined || value === null || value === "") continue;
    if (typeof value !== "string") return fail("request.invalid", `${name} isn't a text`);
    values[parameter] = value;
  }
  if (values.accessToken === undefined && entries.length > 0 && values.refreshToken === undefined) {
    return fail("request.invalid", "The value holds no AccessToken");
  }
  return ok({ values, expiresAt: timeOf(member("Expires")), refreshExpiresAt: timeOf(member("RefreshExpires")) });
}

const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

/** The counterpart of {@link parseTokenAuthValue}; absent members are left out. */
export function formatTokenAuthValue(value: ParsedAuthValue, members: Readonly<Record<string, string>>): string {
  const out: Record<string, string> = {};
  for (const [name, parameter] of Object.entries(members)) {
    const text = value.values[parameter];
    if (text !== undefined) out[name] = text;
  }
  const expires = iso(value.expiresAt);
  const refreshExpires = iso(value.refreshExpiresAt);
  if (expires !== null) out.Expires = expires;
  if (refreshExpires !== null) out.RefreshExpires = refreshExpires;
  return JSON.stringify(out);
}

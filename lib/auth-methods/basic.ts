import { fail, ok } from "@/lib/kernel/result";
import { defineAuthMethod, impliedParameter, plainAuthValue } from "./auth-method-kind";
import type { AuthMethod, ConnectorDefinition, Placement } from "./definition";
import { base64, canonicalName } from "./templates";

const DEFAULT: Placement = { in: "header", name: "Authorization", value: "Basic {{base64({{username}}:{{password}})}}" };

/** Text of a base64 string, or null where it isn't one or isn't UTF-8. */
function decodeBase64(text: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Which of the provider's own values is the username, and which the password; one of them may be fixed. */
function appearance(method: AuthMethod, definition: ConnectorDefinition): string {
  const find = (name: string) =>
    [...method.parameters, ...definition.parameters].find((p) => canonicalName(p.name) === name && p.fixed === undefined);
  const isFixed = (name: string): boolean =>
    [...method.parameters, ...definition.parameters].some((p) => canonicalName(p.name) === name && p.fixed !== undefined);
  const [username, password] = [find("username")?.title ?? "Username", find("password")?.title ?? "Password"];
  const end = "in the header Authorization.";
  if (isFixed("password")) return `${username} is sent as the username of HTTP Basic, beside a fixed password, ${end}`;
  if (isFixed("username")) return `${password} is sent as the password of HTTP Basic, beside a fixed username, ${end}`;
  return /^user ?name$/i.test(username) && /^password$/i.test(password)
    ? `Username and password are sent as HTTP Basic, ${end}`
    : `${username} and ${password} are sent as the username and password of HTTP Basic, ${end}`;
}

/** HTTP Basic (RFC 7617). Either half may be renamed by the definition, or fixed and hidden. */
export const basic = defineAuthMethod({
  type: "Basic",
  label: "Username and password",
  badge: () => "Basic",
  interactive: () => false,
  parameters: () => [impliedParameter("username", "Username"), impliedParameter("password", "Password", { secret: true })],
  credentialNames: () => ["username", "password"],
  externalParameters: () => [
    { name: "Username", parameter: "username", title: "Username", secret: false },
    { name: "Password", parameter: "password", title: "Password", secret: true },
  ],
  placements: (method) => (method.placements.length > 0 ? method.placements : [DEFAULT]),
  parseAuthValue: (text) => {
    const plain = decodeBase64(text.trim());
    const colon = plain?.indexOf(":") ?? -1;
    if (plain === null || colon === -1) return fail("request.invalid", "The value isn't the base64 form of username:password");
    return ok(plainAuthValue({ username: plain.slice(0, colon), password: plain.slice(colon + 1) }));
  },
  formatAuthValue: ({ values }) => base64(`${values.username ?? ""}:${values.password ?? ""}`),
  appearance,
});

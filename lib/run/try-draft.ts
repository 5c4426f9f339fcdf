import type { PartnerScope } from "@/lib/access/types";
import type { AuthMethod, ConnectorDefinition } from "@/lib/auth-methods/definition";
import { fieldsSchema } from "@/lib/auth-methods/field-schema";
import type { FieldSpec } from "@/lib/auth-methods/fields";
import { fieldOf, methodTitle } from "@/lib/auth-methods/prompts";
import { connectorParameters, isCredential, kindOf } from "@/lib/auth-methods/registry";
import { connectorValues, resolveValues, VALUES } from "@/lib/auth-methods/resolve";
import { withSharedValues } from "@/lib/auth-methods/shared-values";
import type { TemplateValue } from "@/lib/auth-methods/templates";
import { tokenRequest } from "@/lib/auth-methods/token-request";
import { customConnectorOf } from "@/lib/custom-connectors/data";
import { fail, ok, type Result } from "@/lib/kernel/result";
import { secret } from "@/lib/kernel/secret";
import { exchange } from "@/lib/oauth/exchange";
import { callbackUrl } from "@/lib/oauth/redirect-uri";
import type { OpenedConnection, OpenInstall } from "@/lib/oauth/values";
import { methodCall, type MethodInput } from "./policy";
import type { RedactedCall } from "./send";
import { sendFirstPages } from "./send-pages";

/** A call that was tried. `paged` where its answer was put together from several pages: how many, and whether there are more. */
export interface TriedCall extends RedactedCall {
  readonly paged?: { readonly pages: number; readonly more: boolean };
}

/** An authentication method as it is tried: what has to be typed for one call. */
export interface TrialMethod {
  readonly id: string;
  readonly title: string;
  readonly fields: readonly FieldSpec[];
  /** How the credential comes about, where it isn't plain. */
  readonly note: string | null;
}

/** Client id and secret have no part in a call where a token is typed. */
const isUnasked = (method: AuthMethod, name: string): boolean =>
  method.oauth2?.grant === "AuthorisationCode" && /^client_?(id|secret)$/i.test(name);

/** Every value that one call needs, of either level. Where a person would sign in at the provider, the token itself is typed. */
export function trialMethod(definition: ConnectorDefinition, method: AuthMethod): TrialMethod {
  const isTyped = kindOf(method).interactive(method);
  const fields = connectorParameters(definition, method).flatMap((p): FieldSpec[] => {
    if (p.fixed !== undefined || /^(optional)?scopes$/i.test(p.name) || p.hidden) return [];
    const credential = isCredential(method, p.name);
    if (p.source === "user") return isUnasked(method, p.name) ? [] : [fieldOf(p)];
    if (credential) return isTyped && /^accessToken/.test(p.name) ? [fieldOf(p, { required: true })] : [];
    return p.source === "system" ? [] : [fieldOf(p, { required: false, help: "Otherwise it arrives by itself." })];
  });
  const note = isTyped
    ? "Customers will sign in at the provider. To try a call, paste an access token that you got there."
    : method.oauth2
      ? "A token is fetched for each try."
      : null;
  return { id: method.id, title: methodTitle(method), fields, note };
}

const NO_INSTALL = { id: 0, accountId: "", connectorId: 0, releaseId: 0, name: "Try it" } as const;

function installOf(partnerId: string, connectorId: number, method: AuthMethod): OpenInstall {
  return {
    ...NO_INSTALL,
    partnerId,
    connectorId,
    description: null,
    authMethodId: method.id,
    authType: method.type,
    disabledAt: null,
    createdAt: 0,
    createdBy: "",
    lastUsedAt: null,
    lastVerifiedAt: null,
    lastVerification: null,
    lastErrorAt: null,
    lastErrorCode: null,
    lastErrorOwner: null,
    lastErrorMessage: null,
    connectedAs: null,
  };
}

/** A connection that exists for one call. In: the values, by name. Errors: a composite value that can't be built. */
async function trialConnection(
  scope: PartnerScope,
  connectorId: number,
  definition: ConnectorDefinition,
  authMethod: AuthMethod,
  typed: Readonly<Record<string, TemplateValue>>,
): Promise<Result<OpenedConnection>> {
  const redirectUri = await callbackUrl(scope.partnerId, connectorId);
  const layers = { account: typed, partner: typed, system: { redirect_uri: redirectUri } };
  const resolved = resolveValues({ definition, authMethod, layers, representation: VALUES });
  const connector = connectorValues(resolved);
  if (!connector.ok) return connector;
  return ok({
    scope: { partnerId: scope.partnerId, accountId: NO_INSTALL.accountId },
    isTrial: true,
    install: installOf(scope.partnerId, connectorId, authMethod),
    credential: null,
    definition: withSharedValues(definition),
    authMethod,
    resolved: resolved.filter((r) => !isUnasked(authMethod, r.name)),
    connector: connector.value,
    redirectUri,
  });
}

/** The token of a method that needs no person, fetched for this call. Out: what it brought, by name; nothing where no token is due. */
async function fetchedToken(opened: OpenedConnection): Promise<Result<Record<string, TemplateValue>>> {
  const grant = opened.authMethod.oauth2?.grant;
  if (grant !== "ClientCredentials" && grant !== "PasswordCredentials") return ok({});
  const { definition, authMethod, connector } = opened;
  const prepared = tokenRequest({
    definition,
    authMethod,
    values: connector.values,
    sources: connector.sources,
    grant: { type: grant === "ClientCredentials" ? "clientCredentials" : "password" },
  });
  if (!prepared.ok) return prepared;
  const { result } = await exchange(opened, prepared.value, "token");
  return result.ok ? ok({ accessToken: result.value.accessToken, ...result.value.properties }) : result;
}

/**
 * Calls a method of the partner's own connector as its draft stands, through the same door as every call, with values that are typed
 * for it and kept nowhere; of an answer in pages the first few. Out: the exchange with every secret replaced. Errors: 404;
 * `request.invalid` by field, a value's name before it: `values.apiKey`; those of a token request and of {@link sendFirstPages}.
 */
export async function tryDraft(
  scope: PartnerScope,
  input: MethodInput & {
    readonly uid: string;
    readonly authMethodId: string;
    readonly methodId: string;
    readonly values: Readonly<Record<string, unknown>>;
  },
): Promise<Result<TriedCall>> {
  const connector = await customConnectorOf(scope, input.uid);
  const definition = (connector?.draft ?? connector?.live)?.definition;
  const authMethod = definition?.authMethods.find((m) => m.id === input.authMethodId);
  const method = definition?.methods.find((m) => m.id === input.methodId);
  if (!connector || !definition || !authMethod || !method) return fail("object.not_found", "There is no such method.");

  const checked = fieldsSchema(trialMethod(definition, authMethod).fields).safeParse(input.values);
  if (!checked.success) {
    const fields = Object.fromEntries(checked.error.issues.map((i) => [`values.${String(i.path[0] ?? "")}`, i.message]));
    return fail("request.invalid", "Some values of the credential aren't right.", { fields });
  }
  const typed: Record<string, TemplateValue> = {};
  for (const [name, value] of Object.entries(checked.data)) {
    if (typeof value === "object" && "set" in value) typed[name] = secret(value.set);
    else if (typeof value !== "object" && value !== "") typed[name] = String(value);
  }
  const request = methodCall(method, input);
  if (!request.ok) return request;
  const first = await trialConnection(scope, connector.id, definition, authMethod, typed);
  if (!first.ok) return first;
  const token = await fetchedToken(first.value);
  if (!token.ok) return token;
  const opened =
    Object.keys(token.value).length === 0
      ? first
      : await trialConnection(scope, connector.id, definition, authMethod, { ...typed, ...token.value });
  if (!opened.ok) return opened;
  const sent = await sendFirstPages(opened.value, { method, request: request.value });
  if (!sent.ok) return sent;
  const { pages, more } = sent.value;
  return ok({ ...sent.value.sent.call, ...(pages > 1 ? { paged: { pages, more } } : {}) });
}

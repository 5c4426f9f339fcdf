import { applyAuth, type ApiCall } from "@/lib/auth-methods/apply";
import type { AuthMethod, ConnectorDefinition, Parameter } from "@/lib/auth-methods/definition";
import { renderUrl } from "@/lib/auth-methods/hosts";
import { connectorParameters } from "@/lib/auth-methods/registry";
import { connectorValues, resolveValues, VALUES } from "@/lib/auth-methods/resolve";
import { withSharedValues } from "@/lib/auth-methods/shared-values";

/** Examples of the shapes that patterns ask for; an `example` of the parameter itself comes first. */
const CANDIDATES = ["acme", "acme.example.com", "https://acme.example.com", "12", "https://accounts.zoho.eu", "mypurecloud.com"];

/** A value that a parameter accepts; undefined where none can be guessed. */
export function sampleOf(parameter: Parameter): string | undefined {
  if (parameter.enum?.[0] !== undefined) return parameter.enum[0];
  if (parameter.format === "uuid") return "11111111-2222-4333-8444-555555555555";
  const pattern = new RegExp(`^(?:${parameter.pattern ?? ".+"})$`, "u");
  // A value that arrives by itself, such as `instance_url`, may be a whole address.
  const whole = parameter.format === "uri" || parameter.source === "tokenResponse" || parameter.source === "postConnect";
  const candidates = whole ? CANDIDATES.filter((c) => c.startsWith("https://")).concat(CANDIDATES) : CANDIDATES;
  const plausible = parameter.format === "hostname" ? candidates.filter((c) => !c.startsWith("https://")) : candidates;
  return [...(parameter.example === undefined ? [] : [parameter.example]), ...plausible].find((c) => pattern.test(c));
}

/** Made-up values for every parameter that is chosen. Throws where a composite can't be built. */
export function sampleValues(definition: ConnectorDefinition, authMethod: AuthMethod, which: (p: Parameter) => boolean) {
  const parameters = connectorParameters(definition, authMethod);
  const samples = Object.fromEntries(parameters.filter(which).map((p) => [p.name, sampleOf(p)]));
  const layers = { account: samples, partner: samples };
  const values = connectorValues(resolveValues({ definition, authMethod, layers, representation: VALUES }));
  if (!values.ok) throw new Error(`${definition.slug}: ${values.error.message}`);
  return values.value;
}

const SUBSETS = { all: () => true, required: (p: Parameter) => p.required || p.source !== "user" };

function callsOf(definition: ConnectorDefinition): ApiCall[] {
  const { verification, methods } = definition;
  return [
    ...[...(verification?.paths ?? []), ...(verification?.url === undefined ? [] : [verification.url])].map((path) => ({
      method: verification?.method ?? "GET",
      path,
    })),
    ...(methods.length + (verification ? 1 : 0) === 0 ? [{ method: "GET", path: "/" }] : []),
    ...methods.map((m) => ({
      method: m.httpMethod,
      path: m.endpoint,
      mergeFields: Object.fromEntries(
        m.parameters.filter((p) => p.targetType === "MergeField").map((p) => [p.targetName, "a value/2"]),
      ),
      query: Object.fromEntries(
        m.parameters.filter((p) => p.targetType === "QueryString").map((p) => [p.targetName, p.default ?? "x"]),
      ),
      ...(m.requestFields.length > 0 ? { body: { sample: true }, bodyFormat: m.bodyFormat } : {}),
    })),
  ];
}

/** Builds every request of a definition with made-up values, all of them and the required ones alone. Out: what can't be built. */
export function unbuildable(given: ConnectorDefinition): string[] {
  const definition = withSharedValues(given);
  const out: string[] = [];
  for (const authMethod of definition.authMethods) {
    const parameters = connectorParameters(definition, authMethod);
    const endpoints = [authMethod.oauth2?.tokenEndpoint, authMethod.oauth2?.authorizationEndpoint];
    for (const [which, subset] of Object.entries(SUBSETS)) {
      const { values, sources } = sampleValues(definition, authMethod, subset);
      for (const endpoint of endpoints) {
        const url = endpoint === undefined ? null : renderUrl(endpoint, values, parameters);
        if (url && !url.ok) out.push(`${definition.slug}/${authMethod.id} (${which}): ${url.error.message}`);
      }
      for (const request of callsOf(definition)) {
        const built = applyAuth({ definition, authMethod, values, sources, request, oauth1Signer: () => "signature" });
        if (!built.ok) out.push(`${definition.slug}/${authMethod.id} ${request.path} (${which}): ${built.error.message}`);
        else if (/\{\{|undefined|null/.test(JSON.stringify(built.value.request)))
          out.push(`${definition.slug}: ${built.value.request.url}`);
      }
    }
  }
  return out;
}

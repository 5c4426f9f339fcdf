import type { Parameter } from "@/lib/auth-methods/definition";
import { impliedParameter } from "@/lib/auth-methods/auth-method-kind";
import { titleOf } from "@/lib/auth-methods/sample-fields";
import { isRecord, textOf, type Leftovers, type Node, type OpenApiDocument } from "./openapi-document";

/** A document that was pasted is at no address. */
export const NO_ADDRESS = "https://document.invalid/openapi.yaml";

/** What may stand in a host or a path. */
const VARIABLE = "[A-Za-z0-9][A-Za-z0-9.-]*";

export interface Server {
  readonly url: string;
  readonly title: string;
  readonly parameters: readonly Parameter[];
}

const isLoopback = (url: string): boolean => /^http:\/\/(127\.|localhost[:/]|\[::1\])/i.test(`${url}/`);

/** Variables of a server as parameters: its values, else what may stand in a host or a path. */
function variables(server: Node): Parameter[] {
  const given = isRecord(server.value) && isRecord(server.value.variables) ? server.value.variables : {};
  return Object.entries(given).map(([name, variable]) => {
    const value = isRecord(variable) ? variable : {};
    const values = Array.isArray(value.enum) ? (value.enum as unknown[]).map(String) : undefined;
    const preset = textOf(value.default);
    const description = textOf(value.description);
    return impliedParameter(name.replace(/[^\w.-]/g, "_"), titleOf(name), {
      level: "partnerOrAccount",
      ...(description === undefined ? {} : { description }),
      ...(values && values.length > 0 ? { enum: values } : { pattern: VARIABLE }),
      ...(preset === undefined ? {} : { default: preset, example: preset }),
    });
  });
}

/** The names in a URL, such as `{region}`, with what stands for each as a merge field. */
const marked = (url: string): string => url.replace(/\{([^{}]+)\}/g, (_, name: string) => `{{${name.replace(/[^\w.-]/g, "_")}}}`);

/** A variable for the scheme, which many descriptions have, is https: nothing else may carry a secret. */
const schemed = (url: string): string => url.replace(/^\{[^{}]+\}:\/\//, "https://");

/** Variables that a URL has, and that the document says nothing about. */
function undescribed(url: string, known: readonly Parameter[]): Parameter[] {
  const names = new Set([...url.matchAll(/\{\{([^{}]+)\}\}/g)].map((match) => match[1] ?? ""));
  return [...names]
    .filter((name) => !known.some((p) => p.name === name))
    .map((name) => impliedParameter(name, titleOf(name), { level: "partnerOrAccount", pattern: VARIABLE }));
}

/** A server as a base URL with merge fields. A relative one is below the document's own address; http becomes https. */
export function serverUrl(server: Node, root: string, leftovers: Leftovers): Server | null {
  const text = isRecord(server.value) ? textOf(server.value.url) : undefined;
  if (text === undefined) return null;
  let url = marked(schemed(text));
  if (!/^([a-z][a-z0-9+.-]*:|\{\{)/i.test(url)) {
    if (root === NO_ADDRESS) {
      leftovers.add(`The server ${text}: it is relative, and a document that was pasted is at no address`);
      return null;
    }
    url = new URL(root).origin + (url.startsWith("/") ? url : `/${url}`);
  }
  if (/^http:/i.test(url) && !isLoopback(url)) {
    leftovers.add(`${url} without TLS: https is used`);
    url = url.replace(/^http:/i, "https:");
  }
  const title = isRecord(server.value) ? textOf(server.value.description) : undefined;
  url = url.replace(/\/+$/, "");
  const described = variables(server).filter((p) => url.includes(`{{${p.name}}}`));
  return { url, title: title ?? url, parameters: [...described, ...undescribed(url, described)] };
}

/** Where the API is: one server, or a parameter that chooses among several. */
export function serversOf(
  document: OpenApiDocument,
  isSwagger2: boolean,
  leftovers: Leftovers,
): {
  readonly baseUrl?: string;
  /** The first server, where `baseUrl` chooses among several. */
  readonly first?: string;
  readonly parameters: readonly Parameter[];
} {
  const nodes = isSwagger2 ? swagger2Servers(document) : document.members(document.member(document.start, "servers"));
  const servers = nodes.flatMap((node) => serverUrl(node, document.root, leftovers) ?? []);
  const [first, ...others] = servers;
  if (!first) return { parameters: [] };
  const plain = servers.every((s) => s.parameters.length === 0 && !s.url.includes("{{"));
  if (others.length === 0 || !plain) {
    for (const other of others) leftovers.add(`The server ${other.url}: the first is used`);
    return { baseUrl: first.url, first: first.url, parameters: first.parameters };
  }
  const choice = impliedParameter("server", "Server", {
    level: "partnerOrAccount",
    enum: servers.map((s) => s.url),
    enumTitles: servers.map((s) => s.title),
    default: first.url,
    format: "uri",
  });
  return { baseUrl: "{{server}}", first: first.url, parameters: [choice] };
}

function swagger2Servers(document: OpenApiDocument): Node[] {
  const { value, file } = document.start;
  if (!isRecord(value)) return [];
  const schemes = Array.isArray(value.schemes) ? (value.schemes as unknown[]) : [];
  const own = document.root === NO_ADDRESS ? undefined : new URL(document.root);
  const host = textOf(value.host) ?? own?.host;
  if (!host) return [];
  const scheme = schemes.includes("https") || schemes.length === 0 ? "https" : String(schemes[0]);
  return [{ value: { url: `${scheme}://${host}${textOf(value.basePath) ?? ""}` }, file }];
}

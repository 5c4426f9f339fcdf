import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** One entry of `KEYWAY_EGRESS_ALLOW`: a host name or an address range, for one port or for all. */
export type EgressAllowEntry =
  | { readonly kind: "host"; readonly host: string; readonly port: number | null }
  | { readonly kind: "range"; readonly address: string; readonly bits: number; readonly port: number | null };
export type EgressAllow = readonly EgressAllowEntry[];

const HOST = /^(\*\.)?(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

/** Parses `host`, `*.host`, `host:port`, an address, `address:port`, `[v6]:port` or a CIDR, separated by commas. */
export function parseEgressAllow(list: string): EgressAllow | { readonly invalid: string } {
  const entries: EgressAllowEntry[] = [];
  for (const raw of list.split(",").map((part) => part.trim().toLowerCase())) {
    if (raw === "") continue;
    const entry = parseEntry(raw);
    if (!entry) return { invalid: raw };
    entries.push(entry);
  }
  return entries;
}

function parseEntry(raw: string): EgressAllowEntry | null {
  if (ipaddr.isValidCIDR(raw)) {
    const [address, bits] = ipaddr.parseCIDR(raw);
    return { kind: "range", address: address.toString(), bits, port: null };
  }
  const split = isIP(raw) === 6 ? null : /^(.*):(\d{1,5})$/.exec(raw);
  const name = (split?.[1] ?? raw).replace(/^\[(.*)\]$/, "$1");
  const port = split ? Number(split[2]) : null;
  if (port !== null && (port < 1 || port > 65_535)) return null;
  const family = isIP(name);
  if (family !== 0) return { kind: "range", address: ipaddr.parse(name).toString(), bits: family === 4 ? 32 : 128, port };
  return HOST.test(name) ? { kind: "host", host: name, port } : null;
}

/** Whether `host` is `pattern`, or below it where the pattern is `*.example.com`. Both in any case. */
export function hostMatches(pattern: string, host: string): boolean {
  const wanted = pattern.toLowerCase();
  const name = host.toLowerCase();
  return wanted.startsWith("*.") ? name.endsWith(wanted.slice(1)) && name.length > wanted.length - 1 : name === wanted;
}

const METADATA_HOSTS = ["metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal"];
const INTERNAL_SUFFIXES = [
  ".localhost",
  ".local",
  ".internal",
  ".intranet",
  ".lan",
  ".home",
  ".corp",
  ".private",
  ".home.arpa",
  ".onion",
  ".alt",
];
/** Public by range, yet the host's own agent on one large cloud. */
const METADATA_ADDRESSES = ["168.63.129.16"];
/** Services that understand enough of an HTTP request to be misused by one. */
const REFUSED_PORTS = new Set([
  1433, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5900, 6000, 6379,
  6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9042, 9100, 9200, 10080, 10250, 11211, 27017,
]);

/** Why an outgoing call is refused, as a stable word. */
export type EgressRefusal = "url" | "scheme" | "userinfo" | "host" | "port" | "address" | "not_allowed";
export type EgressVerdict = { readonly refused: EgressRefusal; readonly sentence: string } | null;

const refuse = (refused: EgressRefusal, sentence: string): EgressVerdict => ({ refused, sentence });
const portOf = (url: URL): number => Number(url.port) || (url.protocol === "https:" ? 443 : 80);
const bare = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, "$1");

/** The listed entry that names this URL's host itself, if any: such a host is the administrator's own choice. */
export function listedHost(url: URL, allow: EgressAllow): boolean {
  const host = bare(url);
  return allow.some(
    (entry) => entry.kind === "host" && (entry.port === null || entry.port === portOf(url)) && hostMatches(entry.host, host),
  );
}

function inRange(address: string, port: number, allow: EgressAllow): boolean {
  const parsed = ipaddr.parse(address);
  return allow.some((entry) => {
    if (entry.kind !== "range" || (entry.port !== null && entry.port !== port)) return false;
    const base = ipaddr.parse(entry.address);
    return base.kind() === parsed.kind() && parsed.match(base, entry.bits);
  });
}

/**
 * What can be said of a URL before its name is resolved (S-40). In: the parsed URL (WHATWG parsing has already turned octal,
 * hexadecimal and short IPv4 spellings into dotted ones) and the allow-list. Out: null, or why it is refused.
 */
export function checkUrl(url: URL, allow: EgressAllow): EgressVerdict {
  if (url.protocol !== "https:" && url.protocol !== "http:") return refuse("scheme", "Only https addresses can be called.");
  if (url.username !== "" || url.password !== "") return refuse("userinfo", "An address can't carry a username or password.");
  return unlessPassed(allow, url.origin, () => checkOrigin(url, allow));
}

const MOST_PASSED = 2000;
const passed = new WeakMap<EgressAllow, Set<string>>();

/** What passed once under this list passes again; a refusal is always worked out anew. */
function unlessPassed(allow: EgressAllow, key: string, check: () => EgressVerdict): EgressVerdict {
  let known = passed.get(allow);
  if (!known) passed.set(allow, (known = new Set()));
  if (known.has(key)) return null;
  const verdict = check();
  if (verdict) return verdict;
  if (known.size >= MOST_PASSED) known.clear();
  known.add(key);
  return null;
}

function checkOrigin(url: URL, allow: EgressAllow): EgressVerdict {
  const host = bare(url);
  if (host === "") return refuse("host", "The address has no host.");
  if (host.endsWith(".")) return refuse("host", `The host ${host} ends with a dot.`);
  const port = portOf(url);
  if (listedHost(url, allow)) return null;
  if (isIP(host) !== 0) {
    if (inRange(host, port, allow)) return null;
  } else if (!host.includes(".") || METADATA_HOSTS.includes(host) || INTERNAL_SUFFIXES.some((suffix) => host.endsWith(suffix))) {
    return refuse("host", `The host ${host} is not on the public internet.`);
  }
  // Whether plain http is fine for a name that resolves into a listed range is known only once it is resolved.
  if (url.protocol === "http:" && (isIP(host) !== 0 || !allow.some((entry) => entry.kind === "range"))) {
    return refuse("scheme", `The host ${host} can only be called over https.`);
  }
  if (port === 443 || port === 80 || (port >= 1024 && !REFUSED_PORTS.has(port)) || allow.some((e) => e.kind === "range"))
    return null;
  return refuse("port", `Port ${port} can't be called.`);
}

/** Whether an address is globally reachable unicast: nothing local, private, reserved, translated or tunnelled. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast" || METADATA_ADDRESSES.includes(parsed.toString())) return false;
  // Outside 2000::/3 nothing is assigned; IPv4-compatible and other relics of IPv6 live there.
  return parsed.kind() === "ipv4" || parsed.match(ipaddr.parse("2000::"), 3);
}

/** Ranges that naming a host in the allow-list opens; link-local, and with it every metadata service, needs its own CIDR. */
const OPENED_BY_NAME = new Set(["loopback", "private", "uniqueLocal", "carrierGradeNat"]);

/**
 * What can be said once a name is resolved (S-40). In: the URL, all addresses the name has, the allow-list.
 * Out: null where every address may be reached, else why not: one bad address refuses them all.
 */
export const checkAddresses = (url: URL, addresses: readonly string[], allow: EgressAllow): EgressVerdict =>
  unlessPassed(allow, `${url.origin} ${addresses.join(" ")}`, () => checkEach(url, addresses, allow));

function checkEach(url: URL, addresses: readonly string[], allow: EgressAllow): EgressVerdict {
  const host = bare(url);
  const port = portOf(url);
  const named = listedHost(url, allow);
  let allListed = addresses.length > 0;
  for (const address of addresses) {
    const listed =
      isIP(address) !== 0 &&
      (inRange(address, port, allow) ||
        (named && (isPublicAddress(address) || OPENED_BY_NAME.has(ipaddr.parse(address).range()))));
    if (!listed && !isPublicAddress(address))
      return refuse("address", `The host ${host} leads to an address that can't be called.`);
    allListed &&= listed;
  }
  if (allListed) return null;
  if (url.protocol !== "https:") return refuse("scheme", `The host ${host} can only be called over https.`);
  if (port !== 443 && (port < 1024 || REFUSED_PORTS.has(port))) return refuse("port", `Port ${port} can't be called.`);
  return null;
}

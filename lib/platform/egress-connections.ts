import { lookup as systemLookup, Resolver } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { Pool } from "undici";
import { now, SECOND } from "@/lib/kernel/clock";
import { singleton } from "./singleton";

type ResolveHost = (host: string, trusted: boolean) => Promise<readonly string[]>;

/**
 * Public names go to the DNS server without the thread pool, where a dead server would also stop password hashing and files.
 * Names that the administrator listed are resolved as the system does, hosts file included.
 */
const resolveBySystem: ResolveHost = async (host, trusted) => {
  if (trusted) return (await systemLookup(host, { all: true })).map((found) => found.address);
  const resolver = singleton("dns-resolver", () => new Resolver({ timeout: 2 * SECOND, tries: 2 }));
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const found = [...(v4.status === "fulfilled" ? v4.value : []), ...(v6.status === "fulfilled" ? v6.value : [])];
  if (found.length === 0) throw v4.status === "rejected" ? v4.reason : new Error("no address");
  return found;
};

interface KeptPool {
  readonly pool: Pool;
  usedAt: number;
}

interface EgressState {
  resolve: ResolveHost;
  readonly pools: Map<string, KeptPool>;
}
const MAX_POOLS = 200;
const state = () => singleton<EgressState>("egress", () => ({ resolve: resolveBySystem, pools: new Map() }));

/** All addresses of a name. In: the name, and whether the administrator listed it. Throws where there is none. */
export const resolveHost: ResolveHost = (host, trusted) => state().resolve(host, trusted);

/** Puts another resolver in place, or the system's own with null. For tests. */
export function setResolverForTests(resolve: ResolveHost | null): void {
  state().resolve = resolve ?? resolveBySystem;
}

/** Closes the idle connections of all pools, for shutdown. */
export async function closeEgress(): Promise<void> {
  const pools = [...state().pools.values()];
  state().pools.clear();
  await Promise.all(pools.map(({ pool }) => pool.close()));
}

function closeOldest(pools: EgressState["pools"]): void {
  let oldest: [string, KeptPool] | null = null;
  for (const entry of pools) if (oldest === null || entry[1].usedAt < oldest[1].usedAt) oldest = entry;
  if (!oldest) return;
  pools.delete(oldest[0]);
  void oldest[1].pool.close();
}

/** A keep-alive pool that can only ever connect to the addresses that were checked. */
export function poolFor(origin: string, addresses: readonly string[]): Pool {
  const { pools } = state();
  const key = `${origin} ${addresses.length === 1 ? addresses[0] : [...addresses].sort().join(" ")}`;
  const held = pools.get(key);
  if (held) {
    held.usedAt = now();
    return held.pool;
  }
  const pinned = addresses.map((address) => ({ address, family: isIP(address) }));
  const lookup: LookupFunction = (_host, options, callback) => {
    if (options.all) callback(null, pinned);
    else callback(null, pinned[0]?.address ?? "", pinned[0]?.family);
  };
  const pool = new Pool(origin, {
    connections: 64,
    pipelining: 1,
    maxHeaderSize: 32 * 1024,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 10 * SECOND,
    connect: { lookup, timeout: 10 * SECOND },
  });
  pools.set(key, { pool, usedAt: now() });
  if (pools.size > MAX_POOLS) closeOldest(pools);
  return pool;
}

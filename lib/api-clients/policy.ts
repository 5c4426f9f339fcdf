import ipaddr from "ipaddr.js";

/** Whether an address may use the API of a partner. In: the address as the server saw it, and ranges in CIDR notation; none allow all. */
export function addressAllowed(address: string | null, ranges: readonly string[]): boolean {
  if (ranges.length === 0) return true;
  if (address === null || !ipaddr.isValid(address)) return false;
  const seen = ipaddr.process(address);
  return ranges.some((range) => {
    const [base, bits] = ipaddr.parseCIDR(range);
    return base.kind() === seen.kind() && seen.match(base, bits);
  });
}

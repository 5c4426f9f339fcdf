/** A stored secret or token by what may be seen of it. */
export const Tail = ({ last4 }: { last4: string | null }) => <span className="font-mono text-xs">••••{last4 ?? ""}</span>;

import { Tag } from "../ui/tag";

/** GET, POST: as wide as the longest, so that what stands after them lines up. */
export function HttpMethod({ name }: { name: string }) {
  return <Tag className="min-w-15 justify-center font-mono">{name}</Tag>;
}

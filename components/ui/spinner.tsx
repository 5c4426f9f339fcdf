import { LoaderCircle } from "lucide-react";
import clsx from "clsx";

/** A turning mark beside words that say what is under way; silent to screen readers by itself. */
export function Spinner({ className, size = 16 }: { className?: string; size?: number }) {
  return <LoaderCircle aria-hidden size={size} className={clsx("animate-spin motion-reduce:animate-none", className)} />;
}

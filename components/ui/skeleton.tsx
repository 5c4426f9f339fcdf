import clsx from "clsx";

/** A grey shape that takes the place of what loads; unseen for the first 200 ms. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div aria-hidden className="animate-late">
      <div className={clsx("rounded-md bg-hover motion-safe:animate-pulse-late", className)} />
    </div>
  );
}

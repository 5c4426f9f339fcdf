import { Skeleton } from "../ui/skeleton";
import { VisuallyHidden } from "../ui/visually-hidden";

export interface PageSkeletonProps {
  /** The shape of what comes. */
  kind: "table" | "cards" | "form";
}

/** What stands in a page while it loads: the shapes of what comes, so that nothing jumps. */
export function PageSkeleton({ kind }: PageSkeletonProps) {
  return (
    <div role="status" className="px-4 pt-6 sm:px-6">
      <VisuallyHidden>Loading</VisuallyHidden>
      <Skeleton className="mb-2 h-6 w-64 max-w-full" />
      <Skeleton className="mb-6 h-4 w-96 max-w-full" />
      {kind === "table" && (
        <div className="grid gap-2">
          {Array.from({ length: 8 }, (_, row) => (
            <Skeleton key={row} className="h-10.5 w-full" />
          ))}
        </div>
      )}
      {kind === "cards" && (
        <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
          {Array.from({ length: 9 }, (_, card) => (
            <Skeleton key={card} className="h-27 w-full rounded-lg" />
          ))}
        </div>
      )}
      {kind === "form" && (
        <div className="grid max-w-130 gap-4">
          {Array.from({ length: 4 }, (_, field) => (
            <div key={field} className="grid gap-1.5">
              <Skeleton className="h-4 w-32" />
              <Skeleton className="h-8.5 w-full" />
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

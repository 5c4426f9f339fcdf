import { Card } from "./card";
import { Skeleton } from "./skeleton";

/** Says that something loads to those who can't see the grey shapes. */
function Loading() {
  return (
    <p role="status" className="sr-only">
      Loading
    </p>
  );
}

/** Stands for a table while it loads: as many rows as it mostly has, each as high as one. `controls`: a search or filters above it. */
export function TableWaiting({ rows = 8, controls = false }: { rows?: number; controls?: boolean }) {
  return (
    <div>
      <Loading />
      {controls && <Skeleton className="mb-4 h-8.5 w-full max-w-md" />}
      <Card className="overflow-hidden">
        <div className="h-9 border-b border-line" />
        {Array.from({ length: rows }, (_, row) => (
          <div key={row} className="flex h-10.5 items-center gap-6 border-b border-line px-4 last:border-b-0">
            <Skeleton className="h-4 w-40" />
            <Skeleton className="h-4 w-24 max-sm:hidden" />
            <Skeleton className="h-4 w-56 max-md:hidden" />
          </div>
        ))}
      </Card>
    </div>
  );
}

/** Stands for cards while they load. In: their heights in pixels. */
export function CardsWaiting({ heights }: { heights: readonly number[] }) {
  return (
    <div className="grid gap-5">
      <Loading />
      {heights.map((height, index) => (
        <Card key={index} className="p-4" style={{ height }}>
          <Skeleton className="mb-4 h-4 w-48" />
          <Skeleton className="h-4 w-full" />
        </Card>
      ))}
    </div>
  );
}

"use client";

import { useEffect, useRef } from "react";
import { Button } from "../ui/button";

export interface MoreProps {
  /** How many aren't shown yet. */
  left: number;
  pending: boolean;
  disabled: boolean;
  onMore: () => void;
}

/** Adds the next page when it comes near, or at a press. */
export function More({ left, pending, disabled, onMore }: MoreProps) {
  const frame = useRef<HTMLDivElement>(null);
  const latest = useRef(onMore);
  useEffect(() => {
    latest.current = onMore;
  });
  useEffect(() => {
    const element = frame.current;
    if (!element || pending || disabled) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && latest.current(), { rootMargin: "400px" });
    observer.observe(element);
    return () => observer.disconnect();
  }, [pending, disabled]);
  return (
    <div ref={frame} className="flex justify-center pt-5">
      <Button pending={pending} onClick={onMore}>
        {`Show more, ${left.toLocaleString("en")} left`}
      </Button>
    </div>
  );
}

import clsx from "clsx";

/** A turning mark beside words that say what is under way; silent to screen readers by itself. */
export function Spinner({ className, size = 16 }: { className?: string; size?: number }) {
  return (
    <span
      aria-hidden
      style={{ width: size, height: size }}
      className={clsx("glyph glyph-loader animate-spin motion-reduce:animate-none", className)}
    />
  );
}

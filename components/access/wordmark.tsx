import { Glyph } from "@/components/ui/glyph";

/** The name of the house above its own forms. */
export function Wordmark() {
  return (
    <p className="mb-8 flex items-center gap-2.25 font-semibold tracking-tight">
      <span aria-hidden className="grid size-6.5 place-items-center rounded-[7px] bg-accent text-on-accent">
        <Glyph name="key" />
      </span>
      Keyway
    </p>
  );
}

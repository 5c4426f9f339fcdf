import type { ReactNode } from "react";

export interface PageHeaderProps {
  title: ReactNode;
  /** After the title, quieter: "in Acme Ltd". */
  subtitle?: ReactNode;
  /** One sentence below the title; stands beside the state where there is one. */
  sentence?: ReactNode;
  /** A `StateTag`. */
  state?: ReactNode;
  /** A large `Logo`. */
  logo?: ReactNode;
  /** Buttons, at most one of them primary. */
  actions?: ReactNode;
}

/** The head of a page: what it is, in which state, and what can be done. */
export function PageHeader({ title, subtitle, sentence, state, logo, actions }: PageHeaderProps) {
  return (
    <div className="mb-4.5 flex flex-wrap items-start gap-x-4 gap-y-3">
      {logo}
      <div className="min-w-[min(100%,16rem)] flex-1">
        <h1 className="wrap-anywhere">
          {title}
          {subtitle && <span className="font-normal text-ink-3"> {subtitle}</span>}
        </h1>
        {(sentence || state) && (
          <div className="mt-0.75 flex flex-wrap items-start gap-x-2 gap-y-1 text-ink-2">
            {state}
            {sentence && <p className="min-w-0 flex-1 basis-48">{sentence}</p>}
          </div>
        )}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}

import clsx from "clsx";
import type { CallDay } from "@/lib/tenants/types";
import { shortDate } from "../ui/relative-time";
import { OWNER_WORDS } from "./owner-words";

type Part = Exclude<keyof CallDay, "at">;

/** From the foot of a bar upwards; the words are those of the connection pages. */
const PARTS: readonly { part: Part; label: string; colour: string }[] = [
  { part: "answered", label: "Answered", colour: "bg-ok" },
  { part: "customer", ...OWNER_WORDS.customer },
  { part: "partner", ...OWNER_WORDS.partner },
  { part: "provider", ...OWNER_WORDS.provider },
  { part: "policy", ...OWNER_WORDS.policy },
];

const sumOf = (day: CallDay): number => PARTS.reduce((sum, { part }) => sum + day[part], 0);
const dateOf = (at: number): string => shortDate(at, at, "UTC");

/** Calls to providers day by day: how many were answered, and whose the failures were. */
export function CallsByDay({ days }: { days: readonly CallDay[] }) {
  const most = Math.max(...days.map(sumOf), 1);
  const [first, last] = [days[0], days.at(-1)];
  return (
    <div className="p-4">
      {days.every((day) => sumOf(day) === 0) ? (
        <p className="grid h-24 place-items-center border-b border-line text-center text-sm text-ink-2">
          Nothing was called. The first sign-in, test or run fills a bar.
        </p>
      ) : (
        <div aria-hidden className="flex h-24 items-end gap-1 border-b border-line">
          {days.map((day) => (
            <div
              key={day.at}
              title={`${dateOf(day.at)}: ${sumOf(day).toLocaleString("en")}`}
              className="flex h-full min-w-0 flex-1 flex-col-reverse gap-px"
            >
              {PARTS.filter(({ part }) => day[part] > 0).map(({ part, colour }) => (
                <span
                  key={part}
                  className={clsx("min-h-0.5 shrink-0 first:rounded-b-none last:rounded-t-xs", colour)}
                  style={{ height: `calc(${(day[part] / most) * 100}% - 1px)` }}
                />
              ))}
            </div>
          ))}
        </div>
      )}
      <p aria-hidden className="mt-1 mb-4 flex justify-between text-xs text-ink-3">
        <span>{first && dateOf(first.at)}</span>
        <span>{last && dateOf(last.at)}</span>
      </p>
      <dl className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
        {PARTS.map(({ part, label, colour }) => {
          const total = days.reduce((sum, day) => sum + day[part], 0);
          return (
            <div key={part} className="flex items-center gap-2">
              <span aria-hidden className={clsx("size-2 shrink-0 rounded-full", colour)} />
              <dt className="text-ink-2">{label}</dt>
              <dd className={clsx("font-medium tabular-nums", total === 0 && "text-ink-3")}>{total.toLocaleString("en")}</dd>
            </div>
          );
        })}
      </dl>
      <div className="sr-only">
        <table>
          <caption>Calls by day</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              {PARTS.map(({ part, label }) => (
                <th key={part} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={day.at}>
                <th scope="row">{dateOf(day.at)}</th>
                {PARTS.map(({ part }) => (
                  <td key={part}>{day[part]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

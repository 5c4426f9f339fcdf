import { clsx } from "clsx";
import { SETUP_STATES } from "@/lib/catalog/constants";
import type { LibraryRow } from "@/lib/catalog/types";
import { Card } from "../ui/card";
import { KeptMarkup } from "../ui/kept-markup";
import { monogramColour } from "../ui/logo";
import { Table, Td, Th, Tr } from "../ui/table";
import { AUTH_TYPE_NAMES } from "../ui/tag";
import styles from "./library.module.css";
import { SETUP_STATE_LABELS } from "./setup-words";

// Plain elements with short class names: there are a dozen for every connector, and hundreds of connectors.

const accountsText = (n: number): string => (n === 0 ? "" : n === 1 ? "1 account" : `${n.toLocaleString("en")} accounts`);

/** Letters of a name that a narrow card may cut. */
const LONG = 20;

const addressOf = (row: LibraryRow): string => `/connectors/${row.slug}`;

const STATE_CLASSES = Object.fromEntries(SETUP_STATES.map((state) => [state, `${styles.state} ${styles[state]}`])) as Record<
  LibraryRow["state"],
  string
>;

function State({ state }: { state: LibraryRow["state"] }) {
  return <span className={STATE_CLASSES[state]}>{SETUP_STATE_LABELS[state]}</span>;
}

const LOGO = { medium: styles.logo, small: clsx(styles.logo, styles.small) };

function Monogram({ row, size }: { row: LibraryRow; size: keyof typeof LOGO }) {
  if (row.iconUrl)
    // eslint-disable-next-line @next/next/no-img-element -- the row's size is fixed, and few have one
    return <img src={row.iconUrl} alt="" className={clsx(LOGO[size], styles.icon)} />;
  return (
    <span aria-hidden className={LOGO[size]} style={{ background: monogramColour(row.slug) }}>
      {String.fromCodePoint(row.name.codePointAt(0) ?? 63).toUpperCase()}
    </span>
  );
}

function authText({ types: [first, ...others] }: LibraryRow): string {
  return !first || others.length > 0 ? `${others.length + 1} methods` : AUTH_TYPE_NAMES[first];
}

/** Cards, each one link. Presses are taken by {@link useLinkPresses} of whoever shows them. */
export function LibraryGrid({ rows }: { rows: readonly LibraryRow[] }) {
  return (
    <KeptMarkup
      as="ul"
      aria-label="Connectors"
      className={styles.grid}
      by={`grid ${JSON.stringify(rows)}`}
      draw={() =>
        rows.map((row) => (
          <li key={row.slug}>
            <a href={addressOf(row)} className={styles.card}>
              <Monogram row={row} size="medium" />
              <b title={row.name.length > LONG ? row.name : undefined}>{row.name}</b>
              <small>{row.categories}</small>
              <em className={styles.auth}>{authText(row)}</em>
              <State state={row.state} />
              {row.accounts > 0 && <span className={styles.accounts}>{accountsText(row.accounts)}</span>}
              <span className={styles.sentence}>{row.sentence}</span>
            </a>
          </li>
        ))
      }
    />
  );
}

export function LibraryTable({ rows }: { rows: readonly LibraryRow[] }) {
  return (
    <Card>
      <Table label="Connectors">
        <thead>
          <tr>
            <Th>Connector</Th>
            <Th>Category</Th>
            <Th>Authentication</Th>
            <Th>Setup</Th>
            <Th>Customers</Th>
            <Th numeric>Accounts</Th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Tr key={row.slug}>
              <Td>
                <span className="flex items-center gap-2.5 whitespace-nowrap">
                  <Monogram row={row} size="small" />
                  <a href={addressOf(row)} className="font-medium after:absolute after:inset-0 hover:underline">
                    {row.name}
                  </a>
                </span>
              </Td>
              <Td className="max-w-44 truncate text-ink-2" title={row.categories}>
                {row.categories}
              </Td>
              <Td>
                <span className={styles.auth}>{authText(row)}</span>
              </Td>
              <Td>
                <State state={row.state} />
              </Td>
              <Td className="min-w-56 text-ink-2">{row.sentence}</Td>
              <Td numeric>{row.accounts > 0 && row.accounts.toLocaleString("en")}</Td>
            </Tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

import { clsx } from "clsx";
import type { LibraryRow } from "@/lib/catalog/types";
import { Card } from "../ui/card";
import { monogramColour } from "../ui/logo";
import { Table, Td, Th, Tr } from "../ui/table";
import { AUTH_TYPE_NAMES } from "../ui/tag";
import styles from "./library.module.css";
import { SETUP_STATE_WORDS } from "./setup-state";

// Plain elements with short class names: there are a dozen for every connector, and hundreds of connectors.

const accountsText = (n: number): string => (n === 0 ? "" : n === 1 ? "1 account" : `${n.toLocaleString("en")} accounts`);

const addressOf = (row: LibraryRow): string => `/connectors/${row.slug}`;

/** The shapes of the states' icons, drawn once and referred to by each row. */
export function StateIcons() {
  return (
    <svg aria-hidden className="hidden">
      <symbol id="icon-lock" viewBox="0 0 24 24">
        <rect width="18" height="11" x="3" y="11" rx="2" />
        <path d="M7 11V7a5 5 0 0 1 10 0v4" />
      </symbol>
      <symbol id="icon-lock-open" viewBox="0 0 24 24">
        <rect width="18" height="11" x="3" y="11" rx="2" />
        <path d="M7 11V7a5 5 0 0 1 9.9-1" />
      </symbol>
      <symbol id="icon-check" viewBox="0 0 24 24">
        <circle cx="12" cy="12" r="10" />
        <path d="m9 12 2 2 4-4" />
      </symbol>
    </svg>
  );
}

const STATE_ICONS: Record<LibraryRow["state"], string> = {
  SetupRequired: "#icon-lock-open",
  AsksCustomers: "#icon-lock",
  SetUp: "#icon-lock",
  NothingToSetUp: "#icon-check",
};

const STATE_CLASSES = Object.fromEntries(
  Object.keys(STATE_ICONS).map((state) => [state, `${styles.state} ${styles[state]}`]),
) as Record<LibraryRow["state"], string>;

function State({ state }: { state: LibraryRow["state"] }) {
  return (
    <span className={STATE_CLASSES[state]}>
      <svg aria-hidden>
        <use href={STATE_ICONS[state]} />
      </svg>
      {SETUP_STATE_WORDS[state].label}
    </span>
  );
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
    <ul aria-label="Connectors" className={styles.grid}>
      {rows.map((row) => (
        <li key={row.slug}>
          <a href={addressOf(row)} className={styles.card}>
            <Monogram row={row} size="medium" />
            <span>
              <b>{row.name}</b>
              <small>{row.categories}</small>
            </span>
            <em className={styles.auth}>{authText(row)}</em>
            <span className={styles.foot}>
              <State state={row.state} />
              {row.accounts > 0 && <span className={styles.accounts}>{accountsText(row.accounts)}</span>}
            </span>
            <span className={styles.sentence}>{row.sentence}</span>
          </a>
        </li>
      ))}
    </ul>
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

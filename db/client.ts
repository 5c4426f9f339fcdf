import Sqlite from "better-sqlite3";
import { is, Param, Placeholder, type Query } from "drizzle-orm";
import { drizzle, type BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import { soon, type Soon } from "@/lib/kernel/soon";
import * as schema from "./schema";

export type Reader = BetterSQLite3Database<typeof schema>;

/** One file, two connections: readers never wait for the writer and never see its open transaction. */
export interface Database {
  readonly path: string;
  readonly reader: Reader;
  readonly writer: Reader;
  readonly rawReader: Sqlite.Database;
  readonly rawWriter: Sqlite.Database;
  /** Tail of the queue of writers in this process. */
  queue: Promise<unknown>;
  /** Transactions that this process has committed, by what they wrote. */
  readonly commits: { settings: number; calls: number };
  /** What the open transaction adds to what it was begun for. */
  readonly open: { changesSettings: boolean; readonly afterCommit: (() => void)[] };
  /** What is to be committed together in this turn of the event loop. */
  joined: unknown[] | null;
  /** Is told of every commit of this process. */
  committed: (() => void) | null;
  close(): void;
}

/** Opens (and creates) a database file with the pragmas that S-60 asks for. Throws when the file cannot be written. */
export function openDatabase(path: string): Database {
  const rawWriter = new Sqlite(path);
  for (const pragma of [
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "busy_timeout = 5000",
    "cache_size = -16000",
  ]) {
    rawWriter.pragma(pragma);
  }
  const rawReader = new Sqlite(path);
  for (const pragma of ["query_only = ON", "foreign_keys = ON", "busy_timeout = 5000", "cache_size = -32000"]) {
    rawReader.pragma(pragma);
  }
  const database: Database = {
    path,
    rawReader,
    rawWriter,
    reader: drizzle(rawReader, { schema }),
    writer: drizzle(rawWriter, { schema }),
    queue: Promise.resolve(),
    commits: { settings: 0, calls: 0 },
    open: { changesSettings: false, afterCommit: [] },
    joined: null,
    committed: null,
    close() {
      rawReader.close();
      rawWriter.close();
    },
  };
  return database;
}

const KEY = Symbol.for("keyway.database");
type Holder = { [KEY]?: Database };

/** Next bundles its own copy of this file, so the one connection pair of the process hangs on globalThis. */
export function setDatabase(database: Database | undefined): void {
  (globalThis as Holder)[KEY] = database;
}

export function database(): Database {
  const current = (globalThis as Holder)[KEY];
  if (!current) throw new Error("the database is not open yet");
  return current;
}

/** The connection for reads outside a transaction. */
export const reader = (): Reader => database().reader;

const prepared = new WeakMap<Database, Map<string, unknown>>();

/**
 * A prepared query, built once per database and name (147 us per built query against 11 us prepared).
 * In: a name unique in the code base and a builder. Out: the prepared statement of the read connection.
 */
export const preparedQuery = <T>(name: string, build: (db: Reader) => T): T => statementOf(name, "reader", build);

/** The same for a statement of the write connection: to be executed inside a transaction only. */
export const preparedWrite = <T>(name: string, build: (db: Reader) => T): T => statementOf(name, "writer", build);

type Write = (values: Readonly<Record<string, unknown>>) => number;

/**
 * A write that is done with every call or run: what the query builder makes of it, and the order of its values, is worked out once per
 * database. In: a builder with placeholders; then a value for each of them by name. Out: how many rows it changed. Inside a transaction only.
 */
export function frequentWrite(build: (db: Reader) => { toSQL(): Query }): Write {
  let made: { readonly of: Database; readonly write: Write } | null = null;
  return (values) => {
    const current = database();
    if (made?.of !== current) made = { of: current, write: compiled(current, build(current.writer).toSQL()) };
    return made.write(values);
  };
}

function compiled(current: Database, { sql, params }: Query): Write {
  const statement = current.rawWriter.prepare(sql);
  const taken = params.map((param) => {
    if (is(param, Placeholder)) return { name: param.name, encoder: null, constant: null };
    if (is(param, Param) && is(param.value, Placeholder))
      return { name: param.value.name, encoder: param.encoder, constant: null };
    return { name: null, encoder: null, constant: param };
  });
  return (values) => {
    const bound: unknown[] = [];
    for (const { name, encoder, constant } of taken) {
      const value = name === null ? constant : values[name];
      if (value === undefined) throw new Error(`No value for placeholder "${name}" was provided`);
      bound.push(encoder === null ? value : encoder.mapToDriverValue(value));
    }
    return statement.run(bound).changes;
  };
}

function statementOf<T>(name: string, connection: "reader" | "writer", build: (db: Reader) => T): T {
  const current = database();
  let cache = prepared.get(current);
  if (!cache) prepared.set(current, (cache = new Map()));
  const key = `${connection} ${name}`;
  let statement = cache.get(key) as T | undefined;
  if (!statement) cache.set(key, (statement = direct(build(current[connection]))));
  return statement;
}

/**
 * Makes `execute` of this driver give its result instead of a promise for it: whoever awaits it waits one turn of the microtasks instead of
 * four, and each promise costs a call into JavaScript while a request has a context of its own.
 */
function direct<T>(statement: T): T {
  const executable = statement as { execute?: (values?: Record<string, unknown>) => unknown };
  const execute = executable.execute?.bind(statement);
  if (execute) {
    executable.execute = (values) => {
      const result = execute(values) as { sync?: () => unknown };
      return typeof result.sync === "function" ? result.sync() : result;
    };
  }
  return statement;
}

/**
 * The rows of a prepared query: there at once where the driver has them at once (this one does), so that whoever goes on with `soon` pays
 * for no promise. In: the query, and its placeholders by name.
 */
export const rowsOf = <T>(
  query: { execute(values?: Record<string, unknown>): Promise<T> },
  values: Record<string, unknown>,
): Soon<T> => query.execute(values);

interface Memory {
  version: number;
  settings: number;
  calls: number;
  /** The database was asked in this turn of the event loop. */
  isAsked: boolean;
  readonly ask: Sqlite.Statement;
  /** What the commits of calls leave true, and what they don't. */
  readonly settled: Map<string, Map<unknown, unknown>>;
  readonly read: Map<string, Map<unknown, unknown>>;
}

const MOST_REMEMBERED = 2000;
const memories = new WeakMap<Database, Memory>();

/**
 * Empties the memory where somebody has committed. PRAGMA data_version of the write connection tells of other processes alone; what this
 * one commits is counted by its kind. The other processes are asked about once in a turn of the event loop: a request that begins after
 * somebody's commit was answered is read in a later turn.
 */
function look(current: Database, held: Memory, isCertain: boolean): void {
  const { settings, calls } = current.commits;
  if (held.settings !== settings) held.settled.clear();
  if (held.settings !== settings || held.calls !== calls) held.read.clear();
  held.settings = settings;
  held.calls = calls;
  if (held.isAsked && !isCertain) return;
  const version = held.ask.get() as number;
  if (held.version !== version) {
    held.settled.clear();
    held.read.clear();
    held.version = version;
  }
  if (held.isAsked) return;
  held.isAsked = true;
  setImmediate(() => (held.isAsked = false));
}

/**
 * What was read under a name since the last commit: another map after each. Whoever fills it takes the map before reading, so that what a
 * commit has overtaken is filled into one that nobody looks into any more.
 */
export function memoryOf(
  name: string,
  { most = MOST_REMEMBERED, isCertain = false, isSettled = false }: RememberOptions,
): Map<unknown, unknown> {
  const current = database();
  let held = memories.get(current);
  if (!held) {
    const ask = current.rawWriter.prepare("PRAGMA data_version").pluck();
    held = { version: -1, settings: 0, calls: 0, isAsked: false, ask, settled: new Map(), read: new Map() };
    memories.set(current, held);
  }
  look(current, held, isCertain);
  const maps = isSettled ? held.settled : held.read;
  let map = maps.get(name);
  if (!map) maps.set(name, (map = new Map()));
  else if (map.size >= most) map.clear();
  return map;
}

interface RememberOptions {
  /** How many are kept. */
  readonly most?: number;
  /** Not even a commit of another process in this very turn of the event loop may be missed. */
  readonly isCertain?: boolean;
  /** Nothing is read of what the calls of a connection write: when it was used, and how that went. */
  readonly isSettled?: boolean;
}

/**
 * A read that is done once between two commits of whichever process; this one's commits of runs don't count, so nothing of runs may be
 * read. In: a name unique in the code base, the key, and how to read.
 * Out: what was read, for nobody to change. What depends on the time has to be asked apart.
 */
export function remembered<T>(name: string, key: string | number, read: () => Soon<T>, options: RememberOptions = {}): Soon<T> {
  // The map is held on to: one that a commit has put away meanwhile is filled in vain, never the one after it.
  const map = memoryOf(name, options) as Map<string | number, T>;
  const found = map.get(key);
  if (found !== undefined) return found;
  return soon(read(), (value) => {
    map.set(key, value);
    return value;
  });
}

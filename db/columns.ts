import { customType, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { guid } from "@/lib/kernel/ids";
import type { SealedText } from "@/lib/kernel/secret";

/** The column vocabulary of every table. A dialect is chosen here and nowhere else. */
export const table = sqliteTable;
export { index, uniqueIndex };

/** Primary key as GUID text. */
export const guidKey = () => text("id").primaryKey().$defaultFn(guid);
/** Primary key as ascending integer, for the objects whose ids the REST API shows as integers. */
export const serialKey = () => integer("id").primaryKey({ autoIncrement: true });
export const string = (name: string) => text(name);
export const number = (name: string) => integer(name);
/** Milliseconds since the epoch, UTC. */
export const timestamp = (name: string) => integer(name);
export const boolean = (name: string) => integer(name, { mode: "boolean" });
export const json = <T>(name: string) => text(name, { mode: "json" }).$type<T>();
/** A value sealed by the vault; opaque to everything else. */
export const sealed = customType<{ data: SealedText; driverData: string }>({ dataType: () => "text" });

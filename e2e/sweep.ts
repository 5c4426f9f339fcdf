import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { openDatabase } from "./stored-rows";

/** A value that is nowhere by chance, with characters that each way of writing it treats differently. */
export const canary = (name: string): string => `canary"${name}\\+/=&%< ${Math.random().toString(36).slice(2)}end`;

/** The ways in which a value could stand in a text. */
export function forms(value: string): Record<string, string> {
  const bytes = Buffer.from(value);
  const json = JSON.stringify(value).slice(1, -1);
  // In base64 three bytes share four characters: what stands around the value decides which of three it becomes.
  const shifted = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    return text.slice(shift === 0 ? 0 : shift + 1, -4);
  });
  return {
    raw: value,
    "JSON-escaped": json,
    "JSON-escaped twice": JSON.stringify(json).slice(1, -1),
    "URL-encoded": encodeURIComponent(value),
    "form-encoded": new URLSearchParams({ v: value }).toString().slice(2),
    "HTML-escaped": value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;"),
    ...Object.fromEntries(shifted.map((text, shift) => [`base64 (${shift})`, text])),
    ...Object.fromEntries(shifted.map((text, shift) => [`base64url (${shift})`, text.replaceAll("+", "-").replaceAll("/", "_")])),
    hexadecimal: bytes.toString("hex"),
  };
}

/** Secrets that were planted, and where they turned up. */
export class Sweep {
  readonly #secrets = new Map<string, string>();
  readonly found: string[] = [];
  swept = 0;

  plant(name: string, value = canary(name)): string {
    this.#secrets.set(name, value);
    return value;
  }

  /** Looks for every secret in every form. */
  look(place: string, text: string): void {
    this.swept += 1;
    for (const [name, value] of this.#secrets)
      for (const [form, written] of Object.entries(forms(value)))
        if (text.includes(written)) this.found.push(`${name}, ${form}, in ${place}`);
  }

  /** The files of a server, as they lie there and as text of each row. */
  lookInto(folder: string): void {
    const database = openDatabase(folder, { readonly: true });
    const tables = database.prepare("select name from sqlite_master where type = 'table'").pluck().all() as string[];
    for (const table of tables)
      for (const row of database.prepare(`select * from "${table}"`).all()) this.look(`table ${table}`, JSON.stringify(row));
    database.close();
    for (const file of readdirSync(folder).filter((name) => name.startsWith("keyway.db"))) {
      const bytes = readFileSync(path.join(folder, file));
      this.look(file, bytes.toString("latin1"));
      this.look(`${file} (UTF-8)`, bytes.toString("utf8"));
    }
  }
}

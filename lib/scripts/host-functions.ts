import { createHmac, createSign, randomBytes } from "node:crypto";
import { parse as parseCsv } from "csv-parse/sync";
import { XMLBuilder, XMLParser } from "fast-xml-parser";
import type { Placeholders } from "./placeholders";

/** An error that the script sees as its own. */
export class HostFunctionError extends Error {}

type HostFunction = (args: readonly unknown[], placeholders: Placeholders) => unknown;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const CHARSETS: Readonly<Record<string, { encode(text: string): Buffer; decode(bytes: Buffer): string }>> = {
  "utf-8": { encode: (text) => Buffer.from(text, "utf8"), decode: (bytes) => bytes.toString("utf8") },
  "utf-16": { encode: (text) => Buffer.from(text, "utf16le"), decode: (bytes) => bytes.toString("utf16le") },
  "utf-16be": {
    encode: (text) => Buffer.from(text, "utf16le").swap16(),
    decode: (bytes) =>
      Buffer.from(bytes.subarray(0, bytes.length & ~1))
        .swap16()
        .toString("utf16le"),
  },
  "iso-8859-1": { encode: (text) => singleBytes(text, 0xff), decode: (bytes) => bytes.toString("latin1") },
  ascii: {
    encode: (text) => singleBytes(text, 0x7f),
    decode: (bytes) => Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : "?")).join(""),
  },
};
const ALIASES: Readonly<Record<string, string>> = {
  "": "utf-8",
  utf8: "utf-8",
  "utf-16le": "utf-16",
  latin1: "iso-8859-1",
  "us-ascii": "ascii",
};

/** Latin-1 takes a letter without its accent where it lacks the accented one; ASCII takes nothing it lacks. */
function singleBytes(text: string, most: number): Buffer {
  return Buffer.from(
    Array.from(text, (character) => {
      const plain = most === 0xff && character.charCodeAt(0) > most ? character.normalize("NFD").charAt(0) : character;
      return plain.charCodeAt(0) <= most && plain.length === 1 ? plain.charCodeAt(0) : 0x3f;
    }),
  );
}

function charset(name: unknown) {
  const wanted = textOf(name).toLowerCase();
  const known = ALIASES[wanted] ?? wanted;
  const found = Object.hasOwn(CHARSETS, known) ? CHARSETS[known] : undefined;
  if (!found) throw new HostFunctionError(`The character set ${textOf(name)} isn't supported.`);
  return found;
}

/** Computes on the secrets behind the markers; what comes of a secret is a secret again. */
function onSecrets(inputs: readonly unknown[], placeholders: Placeholders, compute: (...plain: string[]) => string): string {
  const texts = inputs.map(textOf);
  const result = compute(...texts.map((text) => placeholders.reveal(text)));
  if (!texts.some((text) => placeholders.has(text))) return result;
  return placeholders.markDerived(result);
}

function sign(algorithm: string, key: string, value: string, encoding: "hex" | "base64"): string {
  const [, family, hash] = /^(HMAC|RSA)-(SHA(?:1|224|256|384|512))$/i.exec(algorithm) ?? [];
  if (!family || !hash) throw new HostFunctionError(`cyclr_sign doesn't know the algorithm ${algorithm}.`);
  if (family.toUpperCase() === "HMAC") return createHmac(hash.toLowerCase(), key).update(value, "utf8").digest(encoding);
  try {
    return createSign(`RSA-${hash.toUpperCase()}`).update(value, "utf8").sign(key, encoding);
  } catch {
    throw new HostFunctionError("cyclr_sign needs an RSA private key in PEM form.");
  }
}

/** Attributes are written `@name` and text beside them `#text`; all values stay text. */
const XML = { ignoreAttributes: false, attributeNamePrefix: "@", textNodeName: "#text", suppressEmptyNode: true } as const;

export const HOST_FUNCTIONS: Readonly<Record<string, HostFunction>> = {
  /** RFC 4648 section 4, of the text in the character set named. */
  btoa: ([text, name], placeholders) =>
    onSecrets([text], placeholders, (plain) => charset(name).encode(plain).toString("base64")),
  atob: ([text, name], placeholders) =>
    onSecrets([text], placeholders, (plain) => charset(name).decode(Buffer.from(plain, "base64"))),
  /** HMAC (RFC 2104) or RSASSA-PKCS1-v1_5 (RFC 8017) over UTF-8 text, in base64, or in hexadecimal where asked for. */
  cyclr_sign: ([algorithm, key, value, encoding], placeholders) =>
    onSecrets([algorithm, key, value], placeholders, (a, k, v) =>
      sign(a, k, v, textOf(encoding).toLowerCase() === "hex" ? "hex" : "base64"),
    ),
  /** RFC 4180. Without a header line the fields are Field1, Field2, … */
  cyclr_csv_parse: ([csv, delimiter, hasHeader]) => {
    try {
      const rows: string[][] = parseCsv(textOf(csv), {
        delimiter: textOf(delimiter) || ",",
        relax_column_count: true,
        skip_empty_lines: true,
        bom: true,
      });
      const width = Math.max(0, ...rows.map((row) => row.length));
      const names = hasHeader === true ? (rows.shift() ?? []) : [];
      return rows.map((row) => Object.fromEntries(row.map((value, i) => [names[i] ?? `Field${Math.min(i, width) + 1}`, value])));
    } catch (error) {
      throw new HostFunctionError(`The CSV can't be read: ${(error as Error).message}`);
    }
  },
  cyclr_xml_serialize: ([value]) => {
    if (typeof value !== "object" || value === null) throw new HostFunctionError("cyclr_xml_serialize needs an object.");
    return new XMLBuilder({ ...XML, format: false, processEntities: true, suppressBooleanAttributes: false }).build(value);
  },
  cyclr_xml_deserialize: ([xml]) => {
    const text = textOf(xml);
    // Entities of a document's own are how a small one grows without end (billion laughs).
    if (/<!DOCTYPE/i.test(text)) throw new HostFunctionError("XML with a document type can't be read.");
    try {
      return new XMLParser({
        ...XML,
        parseTagValue: false,
        parseAttributeValue: false,
        ignoreDeclaration: true,
        ignorePiTags: true,
      }).parse(text, true) as unknown;
    } catch (error) {
      throw new HostFunctionError(`The XML can't be read: ${(error as Error).message}`);
    }
  },
  random: ([length]) => [...randomBytes(Math.min(Number(length) || 0, 65_536))],
};

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { connectorDefinitionSchema, type ConnectorDefinition } from "@/lib/auth-methods/definition";
import { loadLibrary } from "./load";

describe("the loader", () => {
  const load = (files: Record<string, string>): ConnectorDefinition[] => {
    const root = mkdtempSync(path.join(tmpdir(), "library-"));
    try {
      const folder = path.join(root, "db/seeds/connectors");
      mkdirSync(path.join(folder, "library"), { recursive: true });
      for (const [file, text] of Object.entries({ "catalogue.jsonl": "", ...files }))
        writeFileSync(path.join(folder, file), text);
      return loadLibrary((input) => connectorDefinitionSchema.parse(input), root);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  };
  const acme = JSON.stringify({ slug: "acme", name: "Acme", authMethods: [{ id: "none", type: "None" }] });

  it("reads files and lines, with the utility connectors", () => {
    const line = acme.replaceAll("acme", "bolt");
    expect(load({ "library/acme.json": acme, "catalogue.jsonl": `${line}\n` }).map((d) => d.slug)).toEqual([
      "acme",
      "bolt",
      "generic-http",
    ]);
  });

  it("names the file and line of a definition that is wrong", () => {
    expect(() => load({ "library/acme.json": "{" })).toThrow(/^library\/acme\.json: /);
    expect(() => load({ "catalogue.jsonl": `${acme}\n{"slug":"x"}\n` })).toThrow(/^catalogue\.jsonl:2: /);
  });

  it("refuses a slug that comes twice", () => {
    expect(() => load({ "library/acme.json": acme, "catalogue.jsonl": acme })).toThrow(
      "acme: there are two connectors of this slug",
    );
  });
});

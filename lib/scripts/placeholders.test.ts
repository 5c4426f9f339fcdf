import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Placeholders } from "./placeholders";

const everywhere = () => true;
const secretText = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed());

describe("placeholders (S-42)", () => {
  it("gives back any secret, raw, in a URL, in JSON and in a form", () => {
    fc.assert(
      fc.property(secretText, (value) => {
        const placeholders = new Placeholders();
        const text = placeholders.mark(value);
        const send = (contentType: string, body: string) => {
          const request = { url: "https://a.example/", headers: { "Content-Type": contentType }, body };
          const result = placeholders.substitute(request, everywhere);
          return result.ok ? result.value.body : result.error.message;
        };
        expect(placeholders.reveal(`x${text}y`)).toBe(`x${value}y`);
        expect(JSON.parse(send("application/json", JSON.stringify({ v: text })))).toEqual({ v: value });
        expect(new URLSearchParams(send("application/x-www-form-urlencoded", `v=${encodeURIComponent(text)}`)).get("v")).toBe(
          value,
        );
        const url = placeholders.substitute(
          { url: `https://a.example/?v=${encodeURIComponent(text)}`, headers: {}, body: null },
          everywhere,
        );
        expect(url.ok && new URL(url.value.url).searchParams.get("v")).toBe(value);
      }),
    );
  });

  it("shows nothing of a secret but its delimiters", () => {
    const placeholders = new Placeholders();
    const text = placeholders.mark("user:pa|ss word");
    expect(text.replace(/kw[0-9A-Za-z]+x[0-9a-z]{4}/g, "*")).toBe("*:*|* *");
    expect(placeholders.mask(`a ${text}`)).toBe("a ••••:••••|•••• ••••");
    expect(new Placeholders().mark("user")).not.toBe(new Placeholders().mark("user"));
  });

  it("writes structured bodies and XML", () => {
    const placeholders = new Placeholders();
    const key = placeholders.mark('a<b&"c');
    const structured = placeholders.substitute(
      { url: "https://a.example/", headers: {}, body: { deep: [{ [key]: key, n: 1 }] } },
      everywhere,
    );
    expect(structured).toMatchObject({ ok: true, value: { body: { deep: [{ 'a<b&"c': 'a<b&"c', n: 1 }] } } });
    const xml = placeholders.substitute(
      { url: "https://a.example/", headers: { "content-type": "text/xml" }, body: `<k>${key}</k>` },
      everywhere,
    );
    expect(xml).toMatchObject({ ok: true, value: { body: "<k>a&#60;b&#38;&#34;c</k>" } });
  });

  it("S-41 sends no secret to a host that isn't allowed, in header, URL or body, and everything else anywhere", () => {
    const placeholders = new Placeholders();
    const key = placeholders.mark("topsecret");
    const allowed = (url: URL) => url.host === "a.example";
    const bare = { url: "https://evil.example/", headers: {}, body: null };
    for (const request of [
      { ...bare, headers: { X: key } },
      { ...bare, url: `https://evil.example/${key}` },
      { ...bare, body: { a: [key] } },
      { ...bare, body: `k=${key}` },
      { ...bare, url: `https://${key}/` },
      { ...bare, url: `https://a.example@${key}/` },
      { ...bare, url: `https://a.example:81/`, body: key },
      { ...bare, url: "nonsense", body: key },
    ]) {
      const result = placeholders.substitute(request, allowed);
      expect(result).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
      expect(JSON.stringify(result)).not.toContain("topsecret");
    }
    expect(placeholders.substitute(bare, allowed)).toEqual({ ok: true, value: bare });
  });

  it("refuses a marker that was cut, changed or made up", () => {
    const placeholders = new Placeholders();
    const key = placeholders.mark("topsecret");
    for (const body of [key.slice(0, 20), key.slice(0, -1), `${key.slice(0, -4)}zzzz`]) {
      expect(placeholders.substitute({ url: "https://a.example/", headers: {}, body }, everywhere)).toMatchObject({
        ok: false,
        error: { code: "script.failed" },
      });
    }
  });

  it("bounds how many values a script may derive", () => {
    const placeholders = new Placeholders();
    expect(() => {
      for (let i = 0; i < 10_000; i += 1) placeholders.markDerived("x");
    }).toThrow(RangeError);
  });
});

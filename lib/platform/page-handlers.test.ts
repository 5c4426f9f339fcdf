import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { pageHandlers } from "./page-handlers";

const folder = mkdtempSync(path.join(tmpdir(), "keyway-pages-"));
const ENTRIES = {
  "/(console)/things/page": "/things",
  "/(console)/things/[id]/page": "/things/[id]",
  "/(console)/things/new/page": "/things/new",
  "/api/live/route": "/api/live",
  "/api/icons/[id]/route": "/api/icons/[id]",
  "/gone/page": "/gone",
  "/_not-found/page": "/_not-found",
};
writeFileSync(path.join(folder, "app-path-routes-manifest.json"), JSON.stringify(ENTRIES));
writeFileSync(
  path.join(folder, "routes-manifest.json"),
  JSON.stringify({
    dynamicRoutes: [
      { page: "/api/icons/[id]", regex: "^/api/icons/([^/]+?)(?:/)?$" },
      { page: "/things/[id]", regex: "^/things/([^/]+?)(?:/)?$" },
    ],
  }),
);
for (const entry of Object.keys(ENTRIES).filter((each) => each !== "/gone/page")) {
  const file = path.join(folder, "server/app", `${entry}.js`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `module.exports = { handler: () => ${JSON.stringify(entry)} };`);
}
const handlerOf = pageHandlers<{ method: string; url: string; headers: Record<string, string> }, null>(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const answered = (url: string, { method = "GET", headers = {} }: { method?: string; headers?: Record<string, string> } = {}) => {
  const request = { method, url, headers };
  return handlerOf(request)?.(request, null, {}) ?? null;
};

describe("pageHandlers", () => {
  it("finds a page by its path, one of its own before one with a part that varies", () => {
    expect(answered("/things")).toBe("/(console)/things/page");
    expect(answered("/things?q=a/b%20c")).toBe("/(console)/things/page");
    expect(answered("/things/new")).toBe("/(console)/things/new/page");
    expect(answered("/things/42")).toBe("/(console)/things/[id]/page");
  });

  it("leaves routes, files and what isn't there to Next", () => {
    for (const url of ["/api/live", "/api/icons/7", "/_not-found", "/_next/static/a.js", "/nothing", "/gone", "/"])
      expect(answered(url), url).toBeNull();
  });

  it("leaves what a router would decode, normalise or redirect to Next", () => {
    for (const url of [
      "/things/",
      "//things",
      "/things/%2e%2e",
      "/things/../x",
      "/things/a%2Fb",
      "/./things",
      "/things/é",
      "/things;a",
    ])
      expect(answered(url), url).toBeNull();
  });

  it("leaves everything but a browser's request for a document to Next", () => {
    for (const method of ["POST", "HEAD", "PUT"]) expect(answered("/things", { method }), method).toBeNull();
    for (const name of [
      "rsc",
      "next-router-state-tree",
      "next-action",
      "x-nextjs-data",
      "x-middleware-rewrite",
      "x-matched-path",
      "next-resume",
      "x-now-route-matches",
    ])
      expect(answered("/things", { headers: { [name]: "1" } }), name).toBeNull();
    expect(answered("/things", { headers: { "x-forwarded-for": "10.0.0.1", accept: "text/html" } })).not.toBeNull();
  });
});

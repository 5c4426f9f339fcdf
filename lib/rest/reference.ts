import type { OpenAPIHono } from "@hono/zod-openapi";
import { packageFile } from "@/lib/platform/package-file";

/** Scripts from here alone; the reader's styles are written by its own script. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>API reference · Keyway</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/docs/api/reader.css">
</head>
<body>
<main id="reader"><p>The reference needs JavaScript. The same as a file: <a href="/v1.0/openapi.json">openapi.json</a></p></main>
<script src="/docs/api/reader.js"></script>
<script src="/docs/api/start.js"></script>
</body>
</html>
`;

/** The reader has a dark theme of its own behind a class; the choice of the console, else of the system, decides. */
const START = `const chosen = document.cookie.match(/(?:^|; )keyway-theme=(light|dark)/)?.[1];
const system = matchMedia("(prefers-color-scheme: dark)");
const paint = () => {
  const isDark = chosen ? chosen === "dark" : system.matches;
  document.documentElement.classList.toggle("dark-mode", isDark);
  document.documentElement.style.colorScheme = isDark ? "dark" : "light";
};
paint();
system.addEventListener("change", paint);
SwaggerUIBundle({
  url: "/v1.0/openapi.json",
  dom_id: "#reader",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

const FILES: Readonly<Record<string, { readonly type: string; readonly text: () => string }>> = {
  "/docs/api": { type: "text/html", text: () => PAGE },
  "/docs/api/start.js": { type: "text/javascript", text: () => START },
  "/docs/api/reader.js": { type: "text/javascript", text: () => packageFile("swagger-ui-dist/swagger-ui-bundle.js") },
  "/docs/api/reader.css": { type: "text/css", text: () => packageFile("swagger-ui-dist/swagger-ui.css") },
};

/** The readable reference, where every call can be tried. */
export function mountReference(app: OpenAPIHono): void {
  const read = new Map<string, string>();
  for (const [path, file] of Object.entries(FILES)) {
    app.get(path, () => {
      const text = read.get(path) ?? file.text();
      read.set(path, text);
      return new Response(text, {
        headers: {
          "content-type": `${file.type}; charset=utf-8`,
          "content-security-policy": POLICY,
          "x-content-type-options": "nosniff",
          "cache-control": "no-cache",
        },
      });
    });
  }
}

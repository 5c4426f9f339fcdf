/**
 * What every answer carries and what a request has to prove, whatever serves it (S-03, S-24, S-51).
 */
export interface PageHeaders {
  readonly nonce: string;
  readonly isDevelopment: boolean;
}

/** Content-Security-Policy with a nonce for scripts; nothing may frame the page. */
export function contentSecurityPolicy({ nonce, isDevelopment }: PageHeaders): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? " ws:" : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Headers of every answer, pages and API alike. */
export const BASE_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin-allow-popups",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
  "x-frame-options": "DENY",
};

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether a request that changes something comes from a page of this origin (S-03). A request without any sign of a
 * browser passes: it carries no cookie of one.
 */
export function comesFromOwnPage(
  method: string,
  headers: { origin?: string | undefined; site?: string | undefined },
  ownOrigin: string,
): boolean {
  if (SAFE.has(method)) return true;
  if (headers.origin !== undefined) return headers.origin === ownOrigin;
  return headers.site === undefined || headers.site === "same-origin" || headers.site === "none";
}

/**
 * The address of the client: the socket's, or behind `hops` trusted proxies the entry that the outermost of them added
 * to X-Forwarded-For.
 */
export function clientAddress(socket: string | undefined, forwarded: string | string[] | undefined, hops: number): string | null {
  if (hops === 0 || !forwarded) return socket ?? null;
  const chain = (Array.isArray(forwarded) ? forwarded.join(",") : forwarded).split(",").map((part) => part.trim());
  return chain.at(-hops) ?? socket ?? null;
}

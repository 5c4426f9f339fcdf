/** Where a request came from. The server sets these headers itself and drops what a client sends under their names. */
export interface RequestOrigin {
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
}

export const IP_HEADER = "x-keyway-ip";
export const REQUEST_ID_HEADER = "x-request-id";

export const requestOrigin = (headers: Headers): RequestOrigin => ({
  ip: headers.get(IP_HEADER),
  userAgent: headers.get("user-agent"),
  requestId: headers.get(REQUEST_ID_HEADER),
});

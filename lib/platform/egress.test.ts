import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Stop } from "@/lib/kernel/stop";
import { closeEgress, egress, setResolverForTests, type EgressRequest } from "./egress";
import { resetEnv } from "./env";

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

const servers: Server[] = [];
const seen: Seen[] = [];
let handler: (request: IncomingMessage, response: ServerResponse) => void;
let port = 0;
let otherPort = 0;

async function listen(): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      seen.push({
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      });
      handler(request, response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

function allow(list: string): void {
  process.env["KEYWAY_EGRESS_ALLOW"] = list;
  resetEnv();
}

const call = (url: string, more: Partial<EgressRequest> = {}) =>
  egress({ method: "GET", url, purpose: "method", timeoutMs: 10_000, ...more });
const local = (path = "/") => `http://provider.test:${port}${path}`;

beforeAll(async () => {
  port = await listen();
  otherPort = await listen();
});
beforeEach(() => {
  seen.length = 0;
  handler = (_, response) => response.end("hello");
  allow("provider.test,other.test");
  setResolverForTests(() => Promise.resolve(["127.0.0.1"]));
});
afterEach(async () => {
  delete process.env["KEYWAY_EGRESS_ALLOW"];
  resetEnv();
  setResolverForTests(null);
  await closeEgress();
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const ADDRESSES: readonly (readonly [string, string])[] = [
  ["loopback", "127.0.0.1"],
  ["loopback, another", "127.255.0.9"],
  ["unspecified", "0.0.0.0"],
  ["this network", "0.1.2.3"],
  ["private 10", "10.0.0.5"],
  ["private 172.16", "172.16.0.1"],
  ["private 172.31", "172.31.255.254"],
  ["private 192.168", "192.168.1.1"],
  ["link-local", "169.254.1.1"],
  ["metadata", "169.254.169.254"],
  ["metadata of containers", "169.254.170.2"],
  ["metadata in CGNAT", "100.100.100.200"],
  ["metadata in reserved", "192.0.0.192"],
  ["metadata at a public address", "168.63.129.16"],
  ["CGNAT", "100.64.0.1"],
  ["CGNAT, end", "100.127.255.254"],
  ["multicast", "224.0.0.1"],
  ["multicast, end", "239.255.255.250"],
  ["broadcast", "255.255.255.255"],
  ["reserved class E", "240.0.0.1"],
  ["test network 1", "192.0.2.1"],
  ["test network 2", "198.51.100.1"],
  ["test network 3", "203.0.113.1"],
  ["benchmarking", "198.18.0.1"],
  ["6to4 relay", "192.88.99.1"],
  ["IPv6 loopback", "::1"],
  ["IPv6 unspecified", "::"],
  ["IPv6 unique local", "fd12:3456::1"],
  ["IPv6 unique local fc", "fc00::1"],
  ["IPv6 metadata", "fd00:ec2::254"],
  ["IPv6 link-local", "fe80::1"],
  ["IPv6 site-local", "fec0::1"],
  ["IPv6 multicast", "ff02::1"],
  ["mapped loopback", "::ffff:127.0.0.1"],
  ["mapped private in hex", "::ffff:a00:1"],
  ["mapped public", "::ffff:8.8.8.8"],
  ["compatible loopback", "::127.0.0.1"],
  ["compatible public", "::8.8.8.8"],
  ["translated (RFC 6145)", "::ffff:0:127.0.0.1"],
  ["NAT64", "64:ff9b::7f00:1"],
  ["NAT64, public inside", "64:ff9b::808:808"],
  ["NAT64, local-use", "64:ff9b:1::a00:1"],
  ["6to4", "2002:7f00:1::"],
  ["6to4, public inside", "2002:808:808::1"],
  ["Teredo", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
  ["discard", "100::1"],
  ["documentation", "2001:db8::1"],
  ["documentation, new", "3fff::1"],
  ["ORCHID", "2001:20::1"],
  ["outside 2000::/3", "4000::1"],
];

const URLS: readonly (readonly [string, string])[] = [
  ["octal", "https://0177.0.0.1/"],
  ["hexadecimal", "https://0x7f.0.0.1/"],
  ["hexadecimal, whole", "https://0x7f000001/"],
  ["decimal", "https://2130706433/"],
  ["short", "https://127.1/"],
  ["zero", "https://0/"],
  ["full-width digits", "https://１２７.０.０.１/"],
  ["circled digits", "https://①②⑦.⓪.⓪.①/"],
  ["ideographic full stops", "https://127。0。0。1/"],
  ["percent-encoded", "https://%31%32%37.0.0.1/"],
  ["trailing dot on an address", "https://127.0.0.1./"],
  ["trailing dot on a name", "https://api.example.com./"],
  ["localhost", "https://localhost/"],
  ["localhost in capitals", "https://LOCALHOST/"],
  ["below localhost", "https://a.localhost/"],
  ["single label", "https://intranet/"],
  ["metadata host", "https://metadata.google.internal/computeMetadata/v1/"],
  ["metadata host, short", "https://metadata/"],
  ["metadata host, other", "https://metadata.goog/"],
  [".local", "https://printer.local/"],
  [".internal", "https://db.internal/"],
  ["IPv6 loopback", "https://[::1]/"],
  ["IPv6 mapped", "https://[::ffff:127.0.0.1]/"],
  ["IPv6 mapped in hex", "https://[::ffff:7f00:1]/"],
  ["IPv6 link-local", "https://[fe80::1]/"],
  ["metadata address", "https://169.254.169.254/latest/meta-data/"],
  ["userinfo", "https://api.example.com@203.0.113.9/"],
  ["userinfo with password", "https://u:p@api.example.com/"],
  ["plain http", "http://api.example.com/"],
  ["file", "file:///etc/passwd"],
  ["ftp", "ftp://api.example.com/"],
  ["gopher", "gopher://api.example.com/"],
  ["data", "data:text/plain,hello"],
  ["javascript", "javascript:alert(1)"],
  ["mail port", "https://api.example.com:25/"],
  ["ssh port", "https://api.example.com:22/"],
  ["database port", "https://api.example.com:5432/"],
  ["cache port", "https://api.example.com:6379/"],
  ["not a URL", "https://"],
  ["zone id", "https://[fe80::1%25eth0]/"],
];

describe("S-40 addresses", () => {
  it.each(ADDRESSES)("refuses a name that leads to %s (%s)", async (_, address) => {
    allow("");
    setResolverForTests(() => Promise.resolve(["93.184.215.14", address]));
    const result = await call("https://api.example.com/");
    expect(result).toMatchObject({ ok: false, error: { code: "egress.blocked", details: { reason: "address", sent: false } } });
  });

  it.each(URLS)("refuses %s: %s", async (_, url) => {
    allow("");
    setResolverForTests(() => Promise.resolve(["93.184.215.14"]));
    const result = await call(url);
    expect(result).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
    expect(seen).toEqual([]);
  });

  it("refuses a resolver's odd spellings of an address", async () => {
    allow("");
    for (const odd of ["0177.0.0.1", "2130706433", "0x7f000001", "localhost", ""]) {
      setResolverForTests(() => Promise.resolve([odd]));
      expect(await call("https://api.example.com/")).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
    }
  });

  it("lets a public address through to the connection", async () => {
    allow("");
    setResolverForTests(() => Promise.resolve(["93.184.215.14"]));
    const result = await call("https://api.example.com/", { timeoutMs: 300 });
    expect(result.ok).toBe(false);
    if (!result.ok) expect(["provider.timeout", "provider.unavailable"]).toContain(result.error.code);
  });
});

describe("S-40 the allow-list", () => {
  it("opens loopback and plain http for a listed host, and for its port alone where one is given", async () => {
    expect(await call(local())).toMatchObject({ ok: true, value: { status: 200 } });
    allow(`provider.test:${port}`);
    expect(await call(local())).toMatchObject({ ok: true });
    expect(await call(`http://provider.test:${otherPort}/`)).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
  });

  it("opens a listed address and a listed range", async () => {
    for (const list of [`127.0.0.1:${port}`, "127.0.0.0/8", "127.0.0.1"]) {
      allow(list);
      expect(await call(`http://127.0.0.1:${port}/`)).toMatchObject({ ok: true });
    }
    allow("10.0.0.0/8");
    expect(await call(`http://127.0.0.1:${port}/`)).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
    expect(await call(local())).toMatchObject({ ok: false, error: { code: "egress.blocked", details: { reason: "address" } } });
  });

  it("does not open link-local and metadata by naming a host", async () => {
    setResolverForTests(() => Promise.resolve(["169.254.169.254"]));
    expect(await call(local())).toMatchObject({ ok: false, error: { details: { reason: "address" } } });
  });

  it("opens names below a wildcard, not the name itself nor one that only ends alike", async () => {
    allow("*.provider.test");
    expect(await call(`http://eu.provider.test:${port}/`)).toMatchObject({ ok: true });
    for (const host of ["provider.test", "evilprovider.test"])
      expect(await call(`http://${host}:${port}/`)).toMatchObject({ ok: false });
  });
});

describe("S-40 DNS rebinding", () => {
  it("connects to what was checked, whatever the name says the second time", async () => {
    allow("");
    let asked = 0;
    setResolverForTests(() => Promise.resolve([(asked += 1) === 1 ? "93.184.215.14" : "127.0.0.1"]));
    const result = await call(`https://rebind.example.com:${port}/`, { timeoutMs: 400 });
    expect(result).toMatchObject({ ok: false });
    expect(asked).toBe(1);
    expect(seen).toEqual([]);
    // The next call asks again, and the new answer is judged by itself; no pooled connection hides it.
    expect(await call(`https://rebind.example.com:${port}/`)).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
    expect(asked).toBe(2);
  });

  it("asks the resolver once for a call that succeeds", async () => {
    let asked = 0;
    setResolverForTests(() => Promise.resolve([(asked += 1) === 1 ? "127.0.0.1" : "10.9.9.9"]));
    expect(await call(local())).toMatchObject({ ok: true });
    expect(asked).toBe(1);
  });
});

describe("S-40 redirects", () => {
  const redirectTo = (location: string, status = 302) => {
    handler = (request, response) => {
      if (request.url === "/from") response.writeHead(status, { location }).end();
      else response.end("arrived");
    };
  };

  it.each([
    "http://127.0.0.1/",
    "https://169.254.169.254/latest/",
    "http://[::1]/",
    "file:///etc/passwd",
    "https://u:p@other.test/",
    "http://localhost/",
  ])("re-checks a redirect to %s", async (location) => {
    redirectTo(location);
    expect(await call(local("/from"), { maxRedirects: 5 })).toMatchObject({ ok: false, error: { code: "egress.blocked" } });
    expect(seen).toHaveLength(1);
  });

  it("re-checks the name of a redirect", async () => {
    redirectTo("https://public.example.com/");
    setResolverForTests((host) => Promise.resolve([host === "provider.test" ? "127.0.0.1" : "10.0.0.1"]));
    expect(await call(local("/from"), { maxRedirects: 5 })).toMatchObject({
      ok: false,
      error: { details: { reason: "address", host: "public.example.com" } },
    });
  });

  it("S-25 refuses any redirect unless told otherwise", async () => {
    redirectTo("/to");
    expect(await call(local("/from"))).toMatchObject({
      ok: false,
      error: { code: "egress.blocked", details: { reason: "redirect" } },
    });
    expect(seen).toHaveLength(1);
  });

  it("follows one on the same origin with its secrets, and stops at the limit", async () => {
    redirectTo("/to");
    const headers = { authorization: "Bearer t" };
    expect(await call(local("/from"), { maxRedirects: 1, headers })).toMatchObject({
      ok: true,
      value: { redirects: 1, url: local("/to") },
    });
    expect(seen[1]?.headers.authorization).toBe("Bearer t");
    redirectTo("/from");
    expect(await call(local("/from"), { maxRedirects: 3 })).toMatchObject({
      ok: false,
      error: { details: { reason: "redirect" } },
    });
  });

  it("drops the secrets on the way to another origin", async () => {
    redirectTo(`http://other.test:${otherPort}/to`);
    const headers = { Authorization: "Bearer t", Cookie: "s=1", "X-Api-Key": "k", "X-Plain": "p" };
    expect(await call(local("/from"), { maxRedirects: 1, headers, sensitiveHeaders: ["X-Api-Key"] })).toMatchObject({ ok: true });
    expect(seen[1]?.headers).toMatchObject({ "x-plain": "p", host: `other.test:${otherPort}` });
    for (const name of ["authorization", "cookie", "x-api-key"]) expect(seen[1]?.headers).not.toHaveProperty(name);
  });

  it("never carries a body to another origin, and turns 303 into GET", async () => {
    redirectTo(`http://other.test:${otherPort}/to`, 307);
    const post = { method: "POST", body: "client_secret=s", headers: { "content-type": "text/plain" }, maxRedirects: 1 };
    expect(await call(local("/from"), post)).toMatchObject({
      ok: false,
      error: { code: "egress.blocked", details: { reason: "redirect" } },
    });
    redirectTo(`http://other.test:${otherPort}/to`, 303);
    expect(await call(local("/from"), post)).toMatchObject({ ok: true });
    expect(seen.at(-1)).toMatchObject({ method: "GET", body: "" });
    expect(seen.at(-1)?.headers).not.toHaveProperty("content-type");
  });

  it("keeps to the hosts the caller names, on a redirect too", async () => {
    redirectTo(`http://other.test:${otherPort}/to`);
    expect(await call(local("/from"), { maxRedirects: 1, mayCall: (url) => url.hostname === "provider.test" })).toMatchObject({
      ok: false,
      error: { code: "egress.blocked", details: { reason: "not_allowed", host: "other.test" } },
    });
    expect(await call(local("/"), { mayCall: (url) => url.hostname.endsWith(".example.com") })).toMatchObject({
      ok: false,
      error: { details: { reason: "not_allowed" } },
    });
  });
});

describe("S-25 bounds", () => {
  it("stops at the size limit, declared or not", async () => {
    const body = Buffer.alloc(300_000, 120);
    handler = (_, response) => response.writeHead(200, { "content-length": body.length }).end(body);
    const tooLarge = { ok: false, error: { code: "egress.blocked", details: { reason: "too_large" } } };
    expect(await call(local(), { maxBytes: 100_000 })).toMatchObject(tooLarge);
    handler = (_, response) => {
      response.write(body);
      response.write(body);
      response.end();
    };
    expect(await call(local(), { maxBytes: 100_000 })).toMatchObject(tooLarge);
    expect(await call(local(), { maxBytes: 1_000_000 })).toMatchObject({ ok: true });
  });

  it("stops a server that sends without end", async () => {
    handler = (_, response) => {
      const chunk = Buffer.alloc(64 * 1024, 120);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    };
    expect(await call(local(), { maxBytes: 1_000_000 })).toMatchObject({
      ok: false,
      error: { details: { reason: "too_large" } },
    });
  });

  it.each([
    ["gzip", gzipSync],
    ["br", (bytes: Buffer) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
  ] as const)("reads %s and refuses a bomb in it", async (encoding, compress) => {
    handler = (_, response) => response.writeHead(200, { "content-encoding": encoding }).end(compress(Buffer.from("grüße")));
    const result = await call(local());
    expect(result.ok && result.value.text()).toBe("grüße");
    const bomb = compress(Buffer.alloc(30_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    handler = (_, response) => response.writeHead(200, { "content-encoding": encoding }).end(bomb);
    expect(await call(local(), { maxBytes: 100_000 })).toMatchObject({ ok: false, error: { details: { reason: "too_large" } } });
  });

  it("reports a body that can't be decompressed and an encoding nobody asked for", async () => {
    for (const [encoding, body] of [
      ["gzip", "not gzip"],
      ["zstd", "x"],
      ["gzip, gzip", "x"],
    ] as const) {
      handler = (_, response) => response.writeHead(200, { "content-encoding": encoding }).end(body);
      expect(await call(local())).toMatchObject({
        ok: false,
        error: { code: "provider.unavailable", details: { reason: "encoding", sent: true } },
      });
    }
  });

  it("holds the deadline against a drip, a silent server and a silent resolver", async () => {
    handler = (_, response) => {
      response.write("x");
      const timer = setInterval(() => response.write("x"), 20);
      response.on("close", () => clearInterval(timer));
    };
    const late = { ok: false, error: { code: "provider.timeout", details: { reason: "deadline" } } };
    const started = performance.now();
    expect(await call(local(), { timeoutMs: 250 })).toMatchObject(late);
    handler = () => undefined;
    expect(await call(local(), { timeoutMs: 250 })).toMatchObject({ ...late, error: { details: { sent: true } } });
    setResolverForTests(() => new Promise(() => undefined));
    expect(await call(local(), { timeoutMs: 250 })).toMatchObject({ ...late, error: { details: { sent: false } } });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it("refuses headers without end", async () => {
    handler = (_, response) => {
      response.socket?.write("HTTP/1.1 200 OK\r\n" + `x-a: ${"y".repeat(1000)}\r\n`.repeat(60) + "content-length: 0\r\n\r\n");
    };
    expect(await call(local())).toMatchObject({ ok: false, error: { code: "egress.blocked", details: { reason: "too_large" } } });
  });
});

describe("egress", () => {
  it("gives status, headers, cookies and text whatever the status", async () => {
    handler = (_, response) =>
      response
        .writeHead(418, { "content-type": "text/plain; charset=iso-8859-1", "set-cookie": ["a=1", "b=2"], "X-Thing": "v" })
        .end(Buffer.from([0x67, 0xfc]));
    const result = await call(local("/p?q=1"));
    expect(result).toMatchObject({
      ok: true,
      value: { status: 418, setCookie: ["a=1", "b=2"], headers: { "x-thing": "v" }, redirects: 0 },
    });
    expect(result.ok && result.value.text()).toBe("gü");
    expect(seen[0]?.url).toBe("/p?q=1");
  });

  it("ignores a Host of the caller's own and a proxy in the environment", async () => {
    process.env["HTTP_PROXY"] = process.env["http_proxy"] = "http://127.0.0.1:9";
    expect(
      await call(local(), { headers: { Host: "victim.example", "Transfer-Encoding": "chunked", "X-A": "1" } }),
    ).toMatchObject({ ok: true });
    delete process.env["HTTP_PROXY"];
    delete process.env["http_proxy"];
    expect(seen[0]?.headers).toMatchObject({ host: `provider.test:${port}`, "x-a": "1" });
    expect(seen[0]?.headers).not.toHaveProperty("transfer-encoding");
  });

  it("refuses header values that would split the request", async () => {
    expect(await call(local(), { headers: { "x-a": "1\r\nx-b: 2" } })).toMatchObject({
      ok: false,
      error: { code: "request.invalid" },
    });
    expect(seen).toEqual([]);
  });

  it("tells a refused connection, an unknown name and a broken answer apart, without the path", async () => {
    setResolverForTests(() => Promise.resolve(["127.0.0.1"]));
    const refused = await call("http://provider.test:1/secret-path?key=1");
    expect(refused).toMatchObject({
      ok: false,
      error: { code: "provider.unavailable", details: { reason: "connect", sent: false } },
    });
    expect(JSON.stringify(refused)).not.toContain("secret-path");
    setResolverForTests(() => Promise.reject(new Error("ENOTFOUND")));
    expect(await call(local())).toMatchObject({
      ok: false,
      error: { code: "provider.unavailable", details: { reason: "dns", sent: false } },
    });
    setResolverForTests(() => Promise.resolve(["127.0.0.1"]));
    handler = (_, response) => response.socket?.destroy();
    expect(await call(local())).toMatchObject({
      ok: false,
      error: { code: "provider.unavailable", details: { reason: "connection", sent: true } },
    });
    expect(await call(`https://provider.test:${port}/`)).toMatchObject({
      ok: false,
      error: { code: "provider.unavailable", details: { reason: "tls" } },
    });
  });

  it("S-61 one provider that hangs leaves the others answering", async () => {
    handler = (request, response) => {
      if (request.url !== "/hang") response.end("fine");
    };
    const hanging = Array.from({ length: 200 }, () => call(local("/hang"), { timeoutMs: 4000 }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const started = performance.now();
    expect(await call(`http://other.test:${otherPort}/`)).toMatchObject({ ok: true });
    expect(performance.now() - started).toBeLessThan(2500);
    for (const result of await Promise.all(hanging))
      expect(result).toMatchObject({ ok: false, error: { code: "provider.timeout" } });
  });

  it("can be cancelled", async () => {
    handler = () => undefined;
    const stop = new Stop();
    setTimeout(() => stop.ask(), 50);
    expect(await call(local(), { stop })).toMatchObject({
      ok: false,
      error: { details: { reason: "cancelled" } },
    });
  });
});

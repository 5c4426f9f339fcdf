/**
 * The first calls with `fetch` and nothing else: token, account, connector, credential, one call through it.
 * Usage: KEYWAY_URL=... CLIENT_ID=... CLIENT_SECRET=... API_KEY=... npx tsx first-calls.ts
 */
const { KEYWAY_URL = "http://127.0.0.1:3000", CLIENT_ID = "", CLIENT_SECRET = "", API_KEY = "" } = process.env;

interface ApiError {
  readonly Message: string;
  readonly Code: string;
  readonly RequestId: string;
}

async function getToken(): Promise<string> {
  const response = await fetch(`${KEYWAY_URL}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", client_id: CLIENT_ID, client_secret: CLIENT_SECRET }),
  });
  const answer = (await response.json()) as { access_token: string } & ApiError;
  if (!response.ok) throw new Error(answer.Message);
  return answer.access_token;
}

/** A client of one account. */
function client(token: string, account: string) {
  return async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${KEYWAY_URL}/v1.0${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "x-cyclr-account": account, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as T & ApiError;
    if (!response.ok) throw new Error(`${response.status} ${answer.Message} (${answer.RequestId})`);
    return answer;
  };
}

const account = `fetch-${Date.now()}`;
const call = client(await getToken(), account);
await call("POST", "/accounts", { Id: account, Name: "Customer of the fetch example" });

const [connector] = await call<{ Id: number }[]>("GET", `/connectors/${encodeURIComponent("Sandbox CRM (API key)")}`);
if (!connector) throw new Error("There is no such connector.");
const installed = await call<{ Id: number }>("POST", `/connectors/${connector.Id}/install`, { Name: "Their CRM" });
await call("PUT", `/account/connectors/${installed.Id}`, { AuthValue: API_KEY });

const [method] = await call<{ Id: number }[]>("GET", `/connectors/${connector.Id}/methods?query=List+contacts`);
if (!method) throw new Error("There is no such method.");
const contacts = await call("POST", `/account/connectors/${installed.Id}/methods/${method.Id}`, { Parameters: {} });
process.stdout.write(`${JSON.stringify(contacts)}\n`);

export {};

/**
 * The first calls with `fetch` and nothing else: token, account, connector, AuthType, property, credential, one call, de-authenticated.
 * Usage: KEYWAY_URL=... CLIENT_ID=... CLIENT_SECRET=... API_KEY=... BASIC=user:password npx tsx first-calls.ts
 */
const { KEYWAY_URL = "http://127.0.0.1:3000", CLIENT_ID = "", CLIENT_SECRET = "", API_KEY = "", BASIC = "" } = process.env;

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

interface Connector {
  readonly Id: number;
  readonly Authentication: readonly { readonly Id: string; readonly AuthType: string }[];
}
interface AccountConnector {
  readonly Id: number;
  readonly Authenticated: boolean;
}

/** Installs a connector and gives it a credential of the type that it takes. */
async function connect(name: string, authType: string, authValue: string): Promise<AccountConnector & { connector: number }> {
  const [connector] = await call<Connector[]>("GET", `/connectors/${encodeURIComponent(name)}`);
  if (!connector) throw new Error("There is no such connector.");
  const way = connector.Authentication.find((one) => one.AuthType === authType);
  if (!way) throw new Error(`${name} doesn't authenticate by ${authType}.`);
  const body = { Name: `Their ${name}`, AuthenticationId: way.Id };
  const { Id } = await call<AccountConnector>("POST", `/connectors/${connector.Id}/install`, body);
  await call("PUT", `/account/connectors/${Id}`, { AuthValue: authValue });
  const read = await call<AccountConnector>("GET", `/account/connectors/${Id}`);
  if (!read.Authenticated) throw new Error(`${name} isn't authenticated.`);
  return { ...read, connector: connector.Id };
}

const basic = await connect("Sandbox CRM (Basic)", "Basic", Buffer.from(BASIC).toString("base64"));
const installed = await connect("Sandbox CRM (API key)", "ApiKey", API_KEY);
await call("POST", `/account/connectors/${installed.Id}/properties`, { Name: "Region", Value: "eu" });

const [method] = await call<{ Id: number }[]>("GET", `/connectors/${installed.connector}/methods?query=List+contacts`);
if (!method) throw new Error("There is no such method.");
const contacts = await call("POST", `/account/connectors/${installed.Id}/methods/${method.Id}`, { Parameters: {} });

for (const { Id } of [basic, installed]) {
  await call("PUT", `/account/connectors/${Id}/deauthenticate`, {});
  const after = await call<AccountConnector>("GET", `/account/connectors/${Id}`);
  if (after.Authenticated) throw new Error("It is still authenticated.");
}
process.stdout.write(`${JSON.stringify(contacts)}\n`);

export {};

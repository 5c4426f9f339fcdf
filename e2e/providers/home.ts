import { AUTHORIZE, REVOKE, TOKEN, USERINFO } from "./authorization-server";
import { SAMPLE_AUTH_FIELDS } from "./auth-fields";
import { SAMPLE_KEYS } from "./callers";
import { SCOPES, STATIC_CLIENT } from "./clients";
import { RSA_PRIVATE_KEY } from "./oauth1-key";
import { OAUTH1_CONSUMERS, OAUTH1_TOKENS } from "./oauth1-server";
import { escape, factsPage } from "./pages";
import { SAMPLE_PEOPLE, SHARED_PASSWORD } from "./people";
import { QUIRKS } from "./quirks";

const code = (text: string) => `<code>${escape(text)}</code>`;
const inline = (text: string) => escape(text).replace(/`([^`]+)`/g, "<code>$1</code>");

/** What a developer needs to connect to the sandbox, on one page. */
export function homePage(base: string): string {
  const [hmac, rsa] = OAUTH1_CONSUMERS;
  return factsPage(
    "Sandbox CRM for developers",
    "A small CRM to practise on. Everything is kept in memory and is gone when it stops.",
    [
      {
        title: "People",
        rows: [
          ...SAMPLE_PEOPLE.map((one) => [one.email, `password ${code(one.password)}`] as const),
          ["Anyone else", `any email address with the password ${code(SHARED_PASSWORD)}`],
        ],
      },
      {
        title: "API",
        rows: [
          ["Base URL", code(base)],
          ["Who am I", code("GET /api/me")],
          ["List contacts", `${code("GET /api/contacts")} with ${code("page")}, ${code("pageSize")} and ${code("search")}`],
          ["Get a contact", code("GET /api/contacts/{id}")],
          ["List contacts without a credential", code("GET /open/contacts")],
          ["Create a contact", code("POST /api/contacts")],
          ["Update a contact", code("PATCH /api/contacts/{id}")],
        ],
      },
      {
        title: "API key, HTTP Basic or fields in the body",
        rows: [
          ...SAMPLE_KEYS.map((one) => [`Key of ${one.account}`, code(one.key)] as const),
          ["Where it goes", `header ${code("X-Api-Key")} or ${code("Authorization")}, or query ${code("api_key")}`],
          ["HTTP Basic", `a person’s email address and password, or an API key and the password ${code("X")}`],
          [
            "Fields in the body",
            `of every POST below ${code("/api/auth-fields")}, such as ${code("/contacts/list")}; as JSON or form, also inside ${code("auth")}`,
          ],
          ...SAMPLE_AUTH_FIELDS.map(
            (one) =>
              [
                `Fields of ${one.account}`,
                `${code(`account_id ${one.account_id}`)} ${code(`token ${one.token}`)} ${code("test_mode true")}`,
              ] as const,
          ),
        ],
      },
      {
        title: "OAuth 2.0",
        rows: [
          ["Client ID", code(STATIC_CLIENT.clientId)],
          ["Client secret", code(STATIC_CLIENT.clientSecret)],
          ["Redirect URI", `any local address with ${code("/connector/callback/")} in its path`],
          ["Authorization", code(`${base}${AUTHORIZE}`)],
          ["Token", code(`${base}${TOKEN}`)],
          ["Revocation", code(`${base}${REVOKE}`)],
          ["User info", code(`${base}${USERINFO}`)],
          ["Issuer", code(base)],
          ...Object.entries(SCOPES).map(([scope, words]) => [scope, escape(words)] as const),
        ],
      },
      {
        title: "OAuth 1.0a",
        rows: [
          ["Consumer key", code(hmac.key)],
          ["Consumer secret", code(hmac.secret ?? "")],
          ["Request token", code(`${base}/oauth1/request_token`)],
          ["Authorization", code(`${base}/oauth1/authorize`)],
          ["Access token", code(`${base}/oauth1/access_token`)],
          ["API", code(`${base}/oauth1/api/contacts`)],
          ["Signatures", "HMAC-SHA1, HMAC-SHA256 and PLAINTEXT; RSA-SHA1 for the other consumer"],
          ...OAUTH1_TOKENS.map((one) => [`Token pair of ${one.subject}`, `${code(one.token)} ${code(one.secret)}`] as const),
          ["Consumer with RSA-SHA1", `${code(rsa.key)}, with or without a token`],
          [
            "Its private key",
            `<details><summary>Show</summary><pre tabindex="0" aria-label="Private key">${escape(RSA_PRIVATE_KEY)}</pre></details>`,
          ],
        ],
      },
      {
        title: "Departures from the standard",
        rows: Object.entries(QUIRKS).map(([name, quirk]) => [`/quirks/${name}/…`, inline(quirk.about)] as const),
      },
    ],
  );
}

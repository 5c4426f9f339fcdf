import { SAMPLE_AUTH_FIELDS } from "./auth-fields";
import { SAMPLE_KEYS } from "./callers";
import { SCOPES, STATIC_CLIENT } from "./clients";
import { escape, factsPage } from "./pages";
import { SAMPLE_PEOPLE, SHARED_PASSWORD } from "./people";
import { QUIRKS } from "./quirks";

const code = (text: string) => `<code>${escape(text)}</code>`;
const inline = (text: string) => escape(text).replace(/`([^`]+)`/g, "<code>$1</code>");

/** What a developer needs to connect to the sandbox, on one page. */
export function homePage(base: string): string {
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
          ["Base URL", code(`${base}/api`)],
          ["Who am I", code("GET /me")],
          ["List contacts", `${code("GET /contacts")} with ${code("page")}, ${code("pageSize")} and ${code("search")}`],
          ["Get a contact", code("GET /contacts/{id}")],
          ["Create a contact", code("POST /contacts")],
          ["Update a contact", code("PATCH /contacts/{id}")],
        ],
      },
      {
        title: "API key or HTTP Basic",
        rows: [
          ...SAMPLE_KEYS.map((one) => [`Key of ${one.account}`, code(one.key)] as const),
          ["Where it goes", `header ${code("X-Api-Key")} or ${code("Authorization")}, or query ${code("api_key")}`],
          ["HTTP Basic", `a person’s email address and password, or an API key and the password ${code("X")}`],
          ...SAMPLE_AUTH_FIELDS.map(
            (one) =>
              [
                `Body of ${one.account}`,
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
          ["Authorization", code(`${base}/oauth2/authorize`)],
          ["Token", code(`${base}/oauth2/token`)],
          ["Revocation", code(`${base}/oauth2/revoke`)],
          ["User info", code(`${base}/oauth2/userinfo`)],
          ["Issuer", code(base)],
          ...Object.entries(SCOPES).map(([scope, words]) => [scope, escape(words)] as const),
        ],
      },
      {
        title: "Departures from the standard",
        rows: Object.entries(QUIRKS).map(([name, quirk]) => [`/quirks/${name}/…`, inline(quirk.about)] as const),
      },
    ],
  );
}

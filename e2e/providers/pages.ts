import { SCOPES } from "./clients";
import { SAMPLE_PEOPLE, SHARED_PASSWORD, type Person } from "./people";
import { STYLES } from "./styles";

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
/** Text as HTML. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

const MARK = `<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" aria-hidden="true"><circle cx="8" cy="5.25" r="2.5"/><path d="M3 13.25c.6-2.4 2.5-3.75 5-3.75s4.4 1.35 5 3.75"/></svg>`;
const TICK = `<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="m3.5 8.5 3 3 6-7"/></svg>`;

/** The frame all pages share. `main` is HTML. */
export function page(title: string, main: string, className = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Sandbox CRM</title>
<style>${STYLES}</style>
</head>
<body>
<div class="page">
<header><a class="brand" href="/"><span class="mark">${MARK}</span>Sandbox CRM</a></header>
<main class="card ${className}">
${main}
</main>
<footer class="foot">A practice company. Nothing you do here leaves this computer.</footer>
</div>
</body>
</html>`;
}

const fields = (hidden: Readonly<Record<string, string>>) =>
  Object.entries(hidden)
    .map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`)
    .join("");

export interface LoginPage {
  /** Name of the application that asked. */
  readonly client: string;
  readonly action: string;
  readonly cancelAction: string;
  readonly email?: string;
  readonly failed?: boolean;
  readonly hidden?: Readonly<Record<string, string>>;
}

export function loginPage({ client, action, cancelAction, email = "", failed = false, hidden = {} }: LoginPage): string {
  const invalid = failed ? ' aria-invalid="true" aria-describedby="problem"' : "";
  return page(
    failed ? "Sign-in failed" : "Sign in",
    `<h1>Sign in</h1>
<p class="lead">to continue to ${escape(client)}</p>
<form method="post" action="${escape(action)}" id="sign-in">
${fields(hidden)}
${failed ? '<p class="alert" role="alert" id="problem">The email address and the password don’t match. Check both and try again.</p>' : ""}
<div class="field"><label for="email">Email address</label>
<input id="email" name="email" type="email" autocomplete="username" required value="${escape(email)}"${invalid}${failed ? "" : " autofocus"}></div>
<div class="field"><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${invalid}${failed ? " autofocus" : ""}></div>
<div class="buttons"><button type="submit" form="cancel">Cancel</button><button class="primary" type="submit">Sign in</button></div>
</form>
<form method="post" action="${escape(cancelAction)}" id="cancel" hidden>${fields(hidden)}</form>
<section class="hint" aria-labelledby="who"><h2 id="who">Who can sign in</h2>
<ul>${SAMPLE_PEOPLE.map((one) => `<li><code>${one.email}</code> with <code>${one.password}</code></li>`).join("")}
<li>any other email address with <code>${SHARED_PASSWORD}</code></li></ul></section>`,
  );
}

export interface ConsentPage {
  readonly client: string;
  readonly person: Person;
  readonly scopes: readonly string[];
  /** Where the answer goes. */
  readonly destination: string;
  readonly allowAction: string;
  readonly cancelAction: string;
  readonly otherAccountAction?: string;
  readonly hidden?: Readonly<Record<string, string>>;
}

export function consentPage(consent: ConsentPage): string {
  const { client, person, scopes, destination, allowAction, cancelAction, otherAccountAction, hidden = {} } = consent;
  const items = scopes.map(
    (scope) => `<li>${TICK}<span>${escape(SCOPES[scope] ?? scope)}<code>${escape(scope)}</code></span></li>`,
  );
  const other = otherAccountAction
    ? `<form method="post" action="${escape(otherAccountAction)}"><button class="plain" type="submit">Switch account</button></form>`
    : "";
  return page(
    `Allow ${client}`,
    `<h1>${escape(client)} wants to use your account</h1>
<div class="person"><span class="avatar" aria-hidden="true">${escape(person.name.charAt(0).toUpperCase())}</span>
<div class="who"><div>${escape(person.name)}</div><div class="email">${escape(person.email)}</div></div>${other}</div>
<p class="lead" style="margin-top:20px" id="asks">It asks to:</p>
<ul class="scopes" style="margin-top:10px" aria-labelledby="asks">${items.join("")}</ul>
<form method="post" action="${escape(allowAction)}" id="allow">${fields(hidden)}
<div class="buttons"><button type="submit" form="cancel">Cancel</button><button class="primary" type="submit">Allow</button></div></form>
<form method="post" action="${escape(cancelAction)}" id="cancel" hidden>${fields(hidden)}</form>
<p class="small">You return to <code>${escape(destination)}</code> either way.</p>`,
  );
}

export function errorPage(error: string, description?: string): string {
  return page(
    "This can’t go on",
    `<h1>This can’t go on</h1>
<p class="lead">The application that sent you here asked for something the sandbox can’t do. Go back to it and start again.</p>
<p class="alert" role="alert" style="margin-top:18px">${escape(description ?? "No further reason was given.")} <code>${escape(error)}</code></p>`,
  );
}

/** A page with a heading and facts in tables. Values are HTML. */
export function factsPage(
  title: string,
  lead: string,
  sections: readonly { readonly title: string; readonly rows: readonly (readonly [string, string])[] }[],
): string {
  const tables = sections.map(
    (section) =>
      `<h2>${escape(section.title)}</h2><div class="scroll"><table><tbody>${section.rows
        .map(([name, value]) => `<tr><th scope="row">${escape(name)}</th><td>${value}</td></tr>`)
        .join("")}</tbody></table></div>`,
  );
  return page(title, `<h1>${escape(title)}</h1><p class="lead">${escape(lead)}</p>${tables.join("")}`, "wide");
}

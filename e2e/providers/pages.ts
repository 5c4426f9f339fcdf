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

/** Where a form goes, and what goes with it unseen. */
interface Target {
  readonly action: string;
  readonly hidden?: Readonly<Record<string, string>>;
}

const opening = (id: string, { action, hidden = {} }: Target, attributes = "") =>
  `<form method="post" action="${escape(action)}" id="${id}"${attributes}>${Object.entries(hidden)
    .map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`)
    .join("")}`;

/** A form of its own, so that Cancel needs no valid fields; its button stands in the other one. */
const cancelForm = (target: Target) => `${opening("cancel", target, " hidden")}</form>`;
const buttons = (main: string) =>
  `<div class="buttons"><button type="submit" form="cancel">Cancel</button><button class="primary" type="submit">${main}</button></div>`;

export interface LoginPage {
  /** Name of the application that asked. */
  readonly client: string;
  readonly login: Target;
  readonly cancel: Target;
  readonly email?: string;
  readonly failed?: boolean;
}

export function loginPage({ client, login, cancel, email = "", failed = false }: LoginPage): string {
  const invalid = failed ? ' aria-invalid="true" aria-describedby="problem"' : "";
  return page(
    failed ? "Sign-in failed" : "Sign in",
    `<h1>Sign in</h1>
<p class="lead">to continue to ${escape(client)}</p>
${opening("sign-in", login)}
${failed ? '<p class="alert" role="alert" id="problem">The email address and the password don’t match. Check both and try again.</p>' : ""}
<div class="field"><label for="email">Email address</label>
<input id="email" name="email" type="email" autocomplete="username" required value="${escape(email)}"${invalid}${failed ? "" : " autofocus"}></div>
<div class="field"><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${invalid}${failed ? " autofocus" : ""}></div>
${buttons("Sign in")}
</form>
${cancelForm(cancel)}
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
  readonly allow: Target;
  readonly cancel: Target;
  readonly otherAccount?: Target;
}

export function consentPage({ client, person, scopes, destination, allow, cancel, otherAccount }: ConsentPage): string {
  const items = scopes.map(
    (scope) => `<li>${TICK}<span>${escape(SCOPES[scope] ?? scope)}<code>${escape(scope)}</code></span></li>`,
  );
  const other = otherAccount
    ? `${opening("other-account", otherAccount)}<button class="plain" type="submit">Switch account</button></form>`
    : "";
  return page(
    `Allow ${client}`,
    `<h1>${escape(client)} wants to use your account</h1>
<div class="person"><span class="avatar" aria-hidden="true">${escape(person.name.charAt(0).toUpperCase())}</span>
<div class="who"><div>${escape(person.name)}</div><div class="email">${escape(person.email)}</div></div>${other}</div>
<p class="lead asks" id="asks">It asks to:</p>
<ul class="scopes" aria-labelledby="asks">${items.join("")}</ul>
${opening("allow", allow)}${buttons("Allow")}</form>
${cancelForm(cancel)}
<p class="small">You return to <code>${escape(destination)}</code> either way.</p>`,
  );
}

/** For an application that has no address to return to (RFC 5849, 2.1, `oob`). */
export function verifierPage(client: string, verifier: string): string {
  return page(
    "Your code",
    `<h1>Your code</h1>
<p class="lead">Type it into ${escape(client)} to finish.</p>
<p class="code"><code>${escape(verifier)}</code></p>`,
  );
}

export function errorPage(error: string, description?: string): string {
  return page(
    "You can’t continue",
    `<h1>You can’t continue</h1>
<p class="lead">The application that sent you here asked for something the sandbox can’t do. Go back to it and start again.</p>
<p class="alert spaced" role="alert">${escape(description ?? "No further reason was given.")} <code>${escape(error)}</code></p>`,
  );
}

export function notFoundPage(): string {
  return page(
    "Page not found",
    `<h1>Page not found</h1><p class="lead">There is nothing at this address. <a href="/">What the sandbox has</a></p>`,
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

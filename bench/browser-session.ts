import type { DemoPerson } from "./harness";

/** Cookies of an answer, as the header of the next request. */
const cookiesOf = (response: Response, before = ""): string => {
  const jar = new Map(
    before
      .split("; ")
      .filter(Boolean)
      .map((pair) => [pair.slice(0, pair.indexOf("=")), pair] as const),
  );
  for (const line of response.headers.getSetCookie()) {
    const pair = line.split(";")[0]!;
    jar.set(pair.slice(0, pair.indexOf("=")), pair);
  }
  return [...jar.values()].join("; ");
};

/** What next-auth's credentials callback wants: its address, the cookie that holds the CSRF token, and the form's body. */
export async function credentialsForm(
  url: string,
): Promise<{ url: string; cookie: string; body: (email: string, password: string) => string }> {
  const response = await fetch(`${url}/api/auth/csrf`);
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  return {
    url: `${url}/api/auth/callback/credentials`,
    cookie: cookiesOf(response),
    body: (email, password) => new URLSearchParams({ csrfToken, email, password, json: "true" }).toString(),
  };
}

/** Signs a person in without a browser. Out: the cookie header of the session. */
export async function signIn(url: string, person: DemoPerson): Promise<string> {
  const form = await credentialsForm(url);
  const response = await fetch(form.url, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded", cookie: form.cookie, origin: url },
    body: form.body(person.email, person.password),
  });
  const cookie = cookiesOf(response, form.cookie);
  if (!/session=/.test(cookie)) throw new Error(`${person.email} could not sign in (${response.status}).`);
  return cookie;
}

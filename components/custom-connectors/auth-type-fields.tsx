"use client";

import { Plus, X } from "lucide-react";
import type { AuthMethod, OAuth2Type } from "@/lib/auth-methods/definition";
import { withOAuth2Type } from "@/lib/auth-methods/blank-method";
import { canonicalName } from "@/lib/auth-methods/templates";
import { Button, IconButton } from "../ui/button";
import { Note } from "../ui/note";
import { ErrorAt, LinesAt, SelectAt, SwitchAt, TextAt, useValueAt } from "./controls";
import { PairsAt } from "./pairs";

interface At {
  /** Path of the method: `authMethods.0`. */
  readonly at: string;
}

function useMethod(at: string): [AuthMethod | undefined, (method: AuthMethod) => void] {
  return useValueAt<AuthMethod>(at);
}

const LEVELS = [
  { value: "partnerOrAccount" as const, label: "You, or each customer where you leave it blank" },
  { value: "partner" as const, label: "Only you" },
  { value: "account" as const, label: "Each customer" },
];

/** One value of the credential: what it is called, who gives it, or that it is always the same and never asked for. */
function Half({ at, name, word, level = false }: At & { name: string; word: string; level?: boolean }) {
  const [method, set] = useMethod(at);
  const index = method?.parameters.findIndex((p) => canonicalName(p.name) === canonicalName(name)) ?? -1;
  const parameter = method?.parameters[index];
  if (!method || !parameter) return null;
  const path = `${at}.parameters.${index}`;
  const isHidden = parameter.fixed !== undefined;
  const hide = (on: boolean) => {
    const { fixed: _, ...rest } = parameter;
    const next = on
      ? { ...rest, source: "system" as const, hidden: true, fixed: "" }
      : { ...rest, source: "user" as const, hidden: false };
    set({ ...method, parameters: method.parameters.map((p, i) => (i === index ? next : p)) });
  };
  return (
    <fieldset className="grid min-w-0 gap-3 rounded-md border border-line p-3.5">
      <legend className="px-1 text-sm font-medium">{word}</legend>
      <div className="grid items-start gap-3 sm:grid-cols-2">
        <TextAt path={`${path}.title`} label="Label" required help="The provider's own words." />
        {isHidden ? (
          <TextAt
            path={`${path}.fixed`}
            label="Fixed value"
            mono
            keepBlank
            help="Sent as it stands, blank too. No place for a secret: everybody who edits the connector sees it."
          />
        ) : (
          level && <SelectAt path={`${path}.level`} label="Who gives it" fallback="partnerOrAccount" options={LEVELS} />
        )}
        {!isHidden && !level && <TextAt path={`${path}.description`} label="Help below the field" />}
      </div>
      <SwitchAt
        path={`${path}.hidden`}
        label="Hidden"
        help="Nobody is asked for it: it always has the same value."
        onChange={hide}
      />
    </fieldset>
  );
}

const PLACES = [
  { value: "header" as const, label: "Header" },
  { value: "query" as const, label: "Query parameter" },
  { value: "cookie" as const, label: "Cookie" },
  { value: "body" as const, label: "Body" },
];

/** Where the credential goes in a request. Only the first placement has controls; others stay as they are. */
function Placement({ at, value }: At & { value: string }) {
  const [method, set] = useMethod(at);
  if (!method) return null;
  if (method.placements.length === 0)
    return (
      <div>
        <Button
          small
          icon={<Plus aria-hidden />}
          onClick={() => set({ ...method, placements: [{ in: "header", name: "Authorization", value }] })}
        >
          Say where it is sent
        </Button>
      </div>
    );
  return (
    <div className="grid items-start gap-3 sm:grid-cols-3">
      <SelectAt path={`${at}.placements.0.in`} label="Sent in" fallback="header" options={PLACES} />
      <TextAt path={`${at}.placements.0.name`} label="AuthScheme" mono required help="Name of the header, parameter or cookie." />
      <LinesAt
        as="single"
        rows={1}
        path={`${at}.placements.0.value`}
        label="Value"
        required
        help={`${value} stands for the credential.`}
      />
    </div>
  );
}

function ApiKey({ at }: At) {
  return (
    <>
      <Half at={at} name="apiKey" word="API key" />
      <Placement at={at} value="{{apiKey}}" />
      <Note kind="plain">
        The key is sent raw, as it was entered. For a bearer token, write <code>{"Bearer {{apiKey}}"}</code> as the value, or set
        the header in the Script tab.
      </Note>
    </>
  );
}

function Basic({ at }: At) {
  return (
    <>
      <Half at={at} name="username" word="Username" />
      <Half at={at} name="password" word="Password" />
      <p className="text-sm text-ink-2">Both are sent as HTTP Basic, in the header Authorization.</p>
    </>
  );
}

/** An address of the provider; it may hold merge fields, so it isn't an input of type url. */
const UrlAt = (props: { path: string; label: string; required?: boolean; help?: string }) => (
  <LinesAt {...props} as="single" rows={1} placeholder="https://" />
);

const SIGNATURES = [
  { value: "HMAC-SHA1" as const, label: "HMAC-SHA1" },
  { value: "HMAC-SHA256" as const, label: "HMAC-SHA256" },
  { value: "RSA-SHA1" as const, label: "RSA-SHA1" },
  { value: "PLAINTEXT" as const, label: "PLAINTEXT" },
];

const TOKEN_SOURCES = [
  { value: "authorize" as const, label: "Customers sign in at the provider" },
  { value: "entered" as const, label: "Customers paste a token and its secret" },
  { value: "none" as const, label: "No token: only the consumer signs" },
];

function OAuth1({ at }: At) {
  const [method] = useMethod(at);
  const handshake = (method?.oauth1?.tokenSource ?? "authorize") === "authorize";
  return (
    <>
      <div className="grid items-start gap-3 sm:grid-cols-2">
        <SelectAt path={`${at}.oauth1.tokenSource`} label="Access token" fallback="authorize" options={TOKEN_SOURCES} />
        <SelectAt path={`${at}.oauth1.signatureMethod`} label="Signature" fallback="HMAC-SHA1" options={SIGNATURES} />
      </div>
      {handshake && (
        <>
          <UrlAt required path={`${at}.oauth1.requestTokenEndpoint`} label="RequestTokenUrl" />
          <UrlAt required path={`${at}.oauth1.authorizationEndpoint`} label="AuthorizeUrl" />
          <UrlAt required path={`${at}.oauth1.accessTokenEndpoint`} label="AccessTokenUrl" />
        </>
      )}
      <Half at={at} name="client_id" word="ClientId (Consumer Key)" level />
      <Half at={at} name="client_secret" word="ClientSecret (Consumer Secret)" level />
      <details>
        <summary className="w-fit cursor-pointer text-sm text-ink-2 hover:text-ink">More</summary>
        <div className="mt-3 grid gap-4">
          <TextAt
            path={`${at}.oauth1.realm`}
            label="Realm"
            mono
            help="In the Authorization header, where the provider asks for one."
          />
          <PairsAt
            path={`${at}.oauth1.authorizationParameters`}
            legend="Parameters of the sign-in page"
            nameLabel="Parameter"
            valueLabel="Value"
            addLabel="Add parameter"
          />
        </div>
      </details>
    </>
  );
}

const GRANTS = [
  {
    value: "AuthorisationCode" as const,
    label: "AuthorisationCode",
    description: "The customer signs in at the provider and approves the client.",
  },
  { value: "ClientCredentials" as const, label: "ClientCredentials", description: "A token is fetched without the customer." },
  {
    value: "PasswordCredentials" as const,
    label: "PasswordCredentials",
    description: "A token is fetched with the customer's username and password.",
  },
];

const CLIENT_AUTHENTICATION = [
  { value: "client_secret_post" as const, label: "In the body of the request" },
  { value: "client_secret_basic" as const, label: "As HTTP Basic" },
  { value: "none" as const, label: "No secret: a public client" },
];

const PKCE = [
  { value: "S256" as const, label: "PKCE with S256" },
  { value: "none" as const, label: "Without PKCE" },
];

const FORMATS = [
  { value: "form" as const, label: "Form" },
  { value: "json" as const, label: "JSON" },
  { value: "query" as const, label: "Query" },
];

function OAuth2({ at }: At) {
  const [method, set] = useMethod(at);
  const grant: OAuth2Type = method?.oauth2?.grant ?? "AuthorisationCode";
  const isCode = grant === "AuthorisationCode";
  return (
    <>
      <SelectAt
        path={`${at}.oauth2.grant`}
        label="OAuth2Type"
        fallback="AuthorisationCode"
        options={GRANTS}
        help={GRANTS.find((g) => g.value === grant)?.description}
        onChange={(next) => method && set(withOAuth2Type(method, next))}
      />
      {isCode && <UrlAt required path={`${at}.oauth2.authorizationEndpoint`} label="AuthoriseUrl" />}
      <UrlAt required path={`${at}.oauth2.tokenEndpoint`} label="AccessTokenUrl" />
      <Half at={at} name="client_id" word="ClientId" level />
      <Half at={at} name="client_secret" word="ClientSecret" level />
      {grant === "PasswordCredentials" && (
        <>
          <Half at={at} name="username" word="Username" />
          <Half at={at} name="password" word="Password" />
        </>
      )}
      <div className="grid items-start gap-3 sm:grid-cols-2">
        <LinesAt
          path={`${at}.oauth2.scopes.default`}
          label="Scopes"
          help="One a line. You can change them in the Authentication settings."
        />
        <LinesAt
          path={`${at}.oauth2.scopes.required`}
          label="Required scopes"
          help="Without one of these the connection isn't usable."
        />
      </div>
      <details>
        <summary className="w-fit cursor-pointer text-sm text-ink-2 hover:text-ink">More</summary>
        <div className="mt-3 grid gap-4">
          <div className="grid items-start gap-3 sm:grid-cols-2">
            <SelectAt
              path={`${at}.oauth2.tokenEndpointAuthMethod`}
              label="Client authentication"
              fallback="client_secret_post"
              options={CLIENT_AUTHENTICATION}
            />
            {isCode && <SelectAt path={`${at}.oauth2.codeChallengeMethod`} label="PKCE" fallback="S256" options={PKCE} />}
            <SelectAt path={`${at}.oauth2.tokenRequest.format`} label="Token request" fallback="form" options={FORMATS} />
            <TextAt path={`${at}.oauth2.scopes.separator`} label="Between scopes" mono placeholder="a space" />
            <UrlAt path={`${at}.oauth2.refreshEndpoint`} label="Refresh URL" help="Blank: AccessTokenUrl." />
            <UrlAt path={`${at}.oauth2.revocationEndpoint`} label="Revocation URL" />
            {isCode && <UrlAt path={`${at}.oauth2.issuer`} label="Issuer" help="Expected in the redirect (RFC 9207)." />}
          </div>
          {isCode && (
            <PairsAt
              path={`${at}.oauth2.authorizationParameters`}
              legend="Parameters of the sign-in page"
              help="Such as access_type with offline."
              nameLabel="Parameter"
              valueLabel="Value"
              addLabel="Add parameter"
            />
          )}
          <PairsAt
            path={`${at}.oauth2.tokenRequest.parameters`}
            legend="Parameters of the token request"
            nameLabel="Parameter"
            valueLabel="Value"
            addLabel="Add parameter"
          />
          <div className="grid gap-2">
            <h3 className="text-sm">Access token</h3>
            <Placement at={at} value="Bearer {{accessToken}}" />
            {method?.placements.length === 0 && (
              <p className="text-xs text-ink-2">Sent as a bearer token in the header Authorization.</p>
            )}
          </div>
        </div>
      </details>
      <Note kind="plain">
        Values of ClientId and ClientSecret have their place in the Authentication settings, where they are kept encrypted.
      </Note>
    </>
  );
}

const FIELD_TYPES = (["Text", "Password", "Number", "Boolean"] as const).map((value) => ({ value, label: value }));

function AuthFields({ at }: At) {
  const [fields = [], set] = useValueAt<NonNullable<AuthMethod["authFields"]>>(`${at}.authFields`);
  return (
    <fieldset className="grid min-w-0 gap-3">
      <legend className="mb-2 text-sm font-medium">Fields</legend>
      <p className="-mt-2 text-xs text-ink-2">
        Each is asked for by its Name and put into the body of every POST at its Key. A Key may be nested: <code>auth.user</code>.
      </p>
      {fields.map((field, i) => (
        <div key={i} className="grid items-start gap-2 rounded-md border border-line p-3 sm:grid-cols-[2fr_2fr_1fr_auto]">
          <TextAt path={`${at}.authFields.${i}.name`} label="Name" required />
          <TextAt path={`${at}.authFields.${i}.key`} label="Key" mono required />
          <SelectAt path={`${at}.authFields.${i}.type`} label="Type" fallback="Text" options={FIELD_TYPES} />
          <IconButton
            className="sm:mt-6.5"
            label={`Remove ${field.name || `field ${i + 1}`}`}
            icon={<X aria-hidden />}
            onClick={() => set(fields.filter((_, at) => at !== i))}
          />
        </div>
      ))}
      <ErrorAt path={`${at}.authFields`} />
      <div>
        <Button small icon={<Plus aria-hidden />} onClick={() => set([...fields, { name: "", key: "", type: "Text" }])}>
          Add field
        </Button>
      </div>
    </fieldset>
  );
}

function None() {
  return (
    <p className="text-sm text-ink-2">
      Nothing is sent by itself. Values that customers give stand in the Parameters tab; a script can put them anywhere.
    </p>
  );
}

/** The fields of each authentication type; another type shows others at once. */
export const AUTH_TYPE_FIELDS = { None, ApiKey, Basic, OAuth1, OAuth2, AuthFields } as const;

import type { AuthType } from "@/lib/auth-methods/definition";
import type { FieldSpec } from "@/lib/auth-methods/fields";
import type { AvailableUpdate } from "@/lib/catalog/types";
import type { FailureOwner } from "@/lib/kernel/errors";
import type { SecretState } from "@/lib/kernel/secret";
import type { ConnectionState } from "./constants";

/** One row of the connections table. Times in milliseconds. */
export interface ConnectionRow {
  readonly id: number;
  readonly name: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly connectorId: number;
  readonly connectorName: string;
  readonly connectorSlug: string;
  readonly iconUrl: string | null;
  readonly update: AvailableUpdate | null;
  readonly authType: string;
  readonly authMethodId: string;
  readonly releaseId: number;
  readonly state: ConnectionState;
  readonly lastError: string | null;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly lastVerifiedAt: number | null;
  readonly obtainedAt: number | null;
  readonly expiresAt: number | null;
  /** When the customer has to sign in again; null where the credential goes on by itself. */
  readonly customerNeededAt: number | null;
}

/** A property as a page may see it. */
export interface PropertyView {
  readonly name: string;
  readonly value: string | null;
  readonly secret: SecretState | null;
}

/** A connection with all that its page shows; no secret in it. */
export interface ConnectionView extends ConnectionRow {
  readonly description: string | null;
  readonly createdBy: string;
  readonly disabledAt: number | null;
  readonly hasCredential: boolean;
  readonly isRefreshable: boolean;
  readonly refreshExpiresAt: number | null;
  readonly scopes: readonly string[] | null;
  readonly connectedAs: string | null;
  readonly obtainedBy: string | null;
  /** Last four characters of the credential's secret values, by name. */
  readonly last4: Readonly<Record<string, string | null>>;
  readonly lastErrorOwner: FailureOwner | null;
  readonly lastErrorAt: number | null;
  readonly lastErrorCode: string | null;
  readonly lastVerification: { readonly status: number; readonly durationMs: number; readonly method: string } | null;
  readonly properties: readonly PropertyView[];
}

/** What a person is asked to connect: computed on the server, shown by one panel wherever a connection is signed in. */
export interface SignInForm {
  /** What is still missing, and nothing else. */
  readonly fields: readonly FieldSpec[];
  /** Properties that can be changed later; the credential is never among them. */
  readonly edit: readonly FieldSpec[];
  /** What the partner has given already. */
  readonly chips: readonly { readonly name: string; readonly title: string }[];
  /** Values that only the partner can give and hasn't. */
  readonly blockedBy: readonly { readonly name: string; readonly title: string }[];
  /** A person has to consent at the provider. */
  readonly interactive: boolean;
  readonly needsCredential: boolean;
  /** What the provider will ask to grant, in plain words. */
  readonly grants: readonly string[];
  /** Secrets that the connector's scripts see as they are. */
  readonly plainToScripts: readonly string[];
  /** The app credentials are this account's own, so that their refusal is the account's to fix. */
  readonly ownClient: boolean;
  readonly stored: Readonly<Record<string, SecretState>>;
  readonly current: Readonly<Record<string, string>>;
}

/** A connection or a connector about to be one, and its form. */
export interface SignInSubject {
  readonly accountId: string;
  readonly accountName: string;
  readonly partnerName: string;
  readonly connector: { readonly name: string; readonly slug: string; readonly iconUrl: string | null };
  /** There is a credential and the person may call with it, so that look-ups can offer what the provider has. */
  readonly asksProvider: boolean;
  readonly form: SignInForm;
}

/** An installed connector as the wizard continues with it. */
export interface WizardInstall {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  readonly authMethodId: string;
  readonly state: ConnectionState;
  readonly hasCredential: boolean;
  readonly connectedAs: string | null;
  readonly scopes: readonly string[] | null;
  readonly expiresAt: number | null;
  readonly isRefreshable: boolean;
  readonly lastVerification: { readonly status: number; readonly durationMs: number; readonly method: string } | null;
}

export interface WizardMethod {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly form: SignInForm;
}

/** Everything the install wizard shows. */
export interface WizardData {
  readonly accountId: string;
  readonly accountName: string;
  readonly partnerName: string;
  readonly connector: {
    readonly name: string;
    readonly slug: string;
    readonly iconUrl: string | null;
    readonly description: string;
  };
  /** The default first; one alone for an installed connector. */
  readonly methods: readonly WizardMethod[];
  readonly takenNames: readonly string[];
  readonly suggestedName: string;
  readonly mayCall: boolean;
  readonly install: WizardInstall | null;
}

/** A method of a connector as its test form shows it. */
export interface MethodForm {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly category: string;
  readonly httpMethod: string;
  readonly endpoint: string;
  readonly parameters: readonly FieldSpec[];
  readonly fields: readonly FieldSpec[];
}

/** One value of a connection: where it comes from, and what of it may be seen. */
export interface EffectiveValue {
  readonly name: string;
  readonly title: string;
  readonly source: "Account" | "Partner" | "Definition" | "Default" | "Missing";
  readonly isCredential: boolean;
  readonly isRequired: boolean;
  readonly value: string | null;
  readonly secret: SecretState | null;
}

/** A row of the console's table, and whether a press may open the provider's window at once. */
export interface ConnectionsRow extends ConnectionRow {
  readonly interactive: boolean;
}

/** What every tab of a connection's page knows. */
export interface ConnectionPage {
  readonly account: { readonly id: string; readonly name: string };
  readonly brand: { readonly name: string };
  readonly mayWrite: boolean;
  readonly mayCall: boolean;
  readonly mayManage: boolean;
  readonly mayLink: boolean;
  readonly view: ConnectionView;
  readonly subject: SignInSubject;
  readonly methodTitle: string;
  readonly badge: string;
  readonly release: string;
}

/** A connector that can be installed, as the picker shows it. */
export interface PickerConnector {
  readonly slug: string;
  readonly name: string;
  readonly iconUrl: string | null;
  readonly aliases: readonly string[];
  readonly categories: readonly string[];
  readonly types: readonly AuthType[];
  readonly installed: number;
}

/** One line of a connection's timeline. */
export interface ConnectionEvent {
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  readonly outcome: "ok" | "warn" | "bad";
  readonly title: string;
  readonly detail: string | null;
  readonly http: { readonly request: string; readonly response: string } | null;
  readonly owner: FailureOwner | null;
  readonly actorName: string;
  readonly requestId: string | null;
}

/** A stored property with the id that the REST API knows it by. */
export interface InstalledProperty {
  readonly id: number;
  readonly name: string;
  readonly value: string | null;
  readonly isSecret: boolean;
}

/** A field that a customer's own system has beyond the definition's. */
export interface CustomField {
  readonly id: number;
  readonly connectorField: string | null;
  readonly systemField: string | null;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly dataType: string | null;
  readonly methodUniqueIdentifier: string | null;
  readonly dataTypeFormat: string | null;
  readonly entityIdentifier: string | null;
  readonly forRequestFormat: boolean;
}

/** An installed connector as the REST API shows it; no secret in it. */
export interface InstalledConnector {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  readonly connectorId: number;
  readonly releaseId: number;
  readonly authMethodId: string;
  readonly isAuthenticated: boolean;
  readonly state: ConnectionState;
  /** When the state changes by time alone (ms); infinity: never. */
  readonly standsUntil: number;
  readonly lastVerifiedAt: number | null;
  readonly lastError: string | null;
  readonly expiresAt: number | null;
  readonly properties: readonly InstalledProperty[];
  readonly customFields: readonly CustomField[];
}

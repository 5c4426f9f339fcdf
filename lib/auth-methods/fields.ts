/**
 * One control of a form, derived from a definition. The same renderer (`components/fields`) shows it in
 * partner setup, install and method tests.
 */
export interface FieldSpec {
  /** Key in the submitted object. */
  readonly name: string;
  readonly label: string;
  readonly kind: "text" | "secret" | "multiline" | "number" | "boolean" | "select" | "scopes" | "url" | "email" | "hostname";
  readonly required: boolean;
  readonly help?: string;
  readonly placeholder?: string;
  /** Shown around the input; stripped when pasted. */
  readonly prefix?: string;
  readonly suffix?: string;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly default?: string;
  /** Whole-value regular expression, checked on both sides. */
  readonly pattern?: string;
  readonly example?: string;
  /** Items that cannot be taken out of a `scopes` field. */
  readonly locked?: readonly string[];
  /** Heading above it, where a form has fields of several authentication methods. */
  readonly group?: string;
  /** A secret of several lines, such as a private key. */
  readonly multiline?: boolean;
  /** A lookup of the connector that lists what there is to choose from; it needs a connection that is authenticated. */
  readonly lookup?: string;
  readonly visibleWhen?: { readonly parameter: string; readonly equals: string };
}

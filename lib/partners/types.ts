/** What a form wants done with one value: a secret that is left alone is kept without being sent. */
export type ValueChange =
  | { readonly kind: "set"; readonly name: string; readonly value: string; readonly isSecret: boolean }
  | { readonly kind: "clear"; readonly name: string }
  | { readonly kind: "keep"; readonly name: string };

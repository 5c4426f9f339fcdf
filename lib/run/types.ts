/** How a script went that was run on made-up variables. Secrets in it are masked. */
export interface ScriptTest {
  readonly ok: boolean;
  readonly durationMs: number;
  /** What the script printed, a line each. */
  readonly console: readonly string[];
  /** What happens next in a real call; null where the script failed. */
  readonly signal: "continue" | "stop" | "refresh" | "session" | null;
  /** JSON of what the function returned. */
  readonly returned: string | null;
  /** JSON of the variables as the script left them. */
  readonly variables: string | null;
  readonly error: { readonly message: string; readonly kind: string; readonly line: number | null } | null;
}

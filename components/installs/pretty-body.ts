/** A body as a person reads it: JSON indented, anything else as it came. */
export function prettyBody(body: string): string {
  const text = body.trim();
  if (!/^[[{]/.test(text)) return body;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return body;
  }
}

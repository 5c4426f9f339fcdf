/** Reads an own address under `/api/live`. Throws where the answer isn't 200, with its own words where it has some. */
export async function readLive<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, { signal, headers: { accept: "application/json" } });
  if (response.ok) return (await response.json()) as T;
  const body = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
  throw new Error(body?.error?.message ?? "The server didn't answer.");
}

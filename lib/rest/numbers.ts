import { withCustomFields } from "@/lib/auth-methods/custom-fields";
import type { ConnectorDefinition, MethodDefinition } from "@/lib/auth-methods/definition";
import { sha1 } from "@/lib/auth-methods/identifiers";
import type { CustomField } from "@/lib/installs/types";

/** How many methods a release can have under its numbers. */
const METHODS_PER_RELEASE = 4000;

/** The number of a method; it changes with each release, the GUID doesn't. In: the method's place in the definition. */
export const methodNumber = (releaseId: number, index: number): number => releaseId * METHODS_PER_RELEASE + index + 1;

/** The release and place behind a method's number. */
export const methodPlace = (number: number): { releaseId: number; index: number } => ({
  releaseId: Math.floor((number - 1) / METHODS_PER_RELEASE),
  index: (number - 1) % METHODS_PER_RELEASE,
});

/** 31 bits of the name's SHA-1, at least 1: the same for a name in every release. */
function numberOf(name: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = sha1(new TextEncoder().encode(name));
  return ((a & 0x7f) << 24) | (b << 16) | (c << 8) | d || 1;
}

/** A number for each name of a list, distinct within it. */
export function numbered(prefix: string, names: readonly string[]): ReadonlyMap<string, number> {
  const taken = new Set<number>();
  const out = new Map<string, number>();
  for (const name of names) {
    let number = numberOf(`${prefix}/${name}`);
    while (taken.has(number)) number = number === 0x7fffffff ? 1 : number + 1;
    taken.add(number);
    out.set(name, number);
  }
  return out;
}

/** Numbers of what a method takes and gives: parameters by name, fields by path. */
export interface MethodNumbers {
  readonly parameters: ReadonlyMap<string, number>;
  readonly requestFields: ReadonlyMap<string, number>;
  readonly responseFields: ReadonlyMap<string, number>;
}

const known = new WeakMap<MethodDefinition, MethodNumbers>();

export function methodNumbers(slug: string, method: MethodDefinition): MethodNumbers {
  let numbers = known.get(method);
  if (!numbers) {
    const prefix = `connector/${slug}/method/${method.id}`;
    const fields = (kind: string, list: MethodDefinition["requestFields"]) =>
      numbered(
        `${prefix}/${kind}`,
        list.map((field) => field.path),
      );
    numbers = {
      parameters: numbered(
        `${prefix}/parameter`,
        method.parameters.map((p) => p.name),
      ),
      requestFields: fields("request", method.requestFields),
      responseFields: fields("response", method.responseFields),
    };
    known.set(method, numbers);
  }
  return numbers;
}

/**
 * The numbers of a method as an installation has it: its custom fields have the ids under which they were added. In: the definition
 * without them. Out: null for a method that isn't there.
 */
export function installedNumbers(
  definition: ConnectorDefinition,
  methodId: string | undefined,
  custom: readonly CustomField[],
): MethodNumbers | null {
  const own = definition.methods.find((m) => m.id === methodId);
  const method = withCustomFields(definition, custom).methods.find((m) => m.id === methodId);
  if (!own || !method) return null;
  const numbers = methodNumbers(definition.slug, method);
  if (own === method) return numbers;
  const known = new Set(own.requestFields.map((f) => f.path));
  const idOf = (path: string) => custom.find((f) => f.forRequestFormat && f.connectorField?.trim() === path)?.id;
  return {
    ...numbers,
    requestFields: new Map([...numbers.requestFields].map(([path, n]) => [path, known.has(path) ? n : (idOf(path) ?? n)])),
  };
}

/** The number of a parameter of the connector itself. */
export const connectorParameterNumber = (slug: string, name: string): number => numberOf(`connector/${slug}/parameter/${name}`);

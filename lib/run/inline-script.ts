import { mergeParts, type Reference } from "@/lib/cycles/merge";

/** A script with its merge fields as variables of the sandbox: a value never becomes code. */
export interface InlineScript {
  readonly source: string;
  readonly fields: readonly { readonly variable: string; readonly reference: Reference }[];
}

type Place = "code" | "template" | '"' | "'" | "line" | "block";

/** Where the reader stands after a piece of JavaScript that began at `place`. */
function placeAfter(text: string, start: Place): Place {
  let place = start;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (place === "line") {
      if (c === "\n") place = "code";
    } else if (place === "block") {
      if (c === "*" && text[i + 1] === "/") {
        place = "code";
        i += 1;
      }
    } else if (place === "code") {
      if (c === "`") place = "template";
      else if (c === '"' || c === "'") place = c;
      else if (c === "/" && text[i + 1] === "/") place = "line";
      else if (c === "/" && text[i + 1] === "*") place = "block";
    } else if (c === "\\") i += 1;
    else if (c === (place === "template" ? "`" : place)) place = "code";
  }
  return place;
}

/** How a variable is written where a merge field stood: in code by its name, in a text as a part of it. */
function written(place: Place, variable: string): string {
  if (place === "template") return `\${${variable}}`;
  return place === '"' || place === "'" ? `${place}+(${variable})+${place}` : `(${variable})`;
}

/** In: the text after `=`. Out: the script and what its merge fields refer to. Merge fields in a text stand for a part of it. */
export function inlineScriptOf(text: string): InlineScript {
  const fields: { variable: string; reference: Reference }[] = [];
  let place: Place = "code";
  let source = "";
  for (const part of mergeParts(text)) {
    if (part.kind === "text") {
      source += part.text;
      place = placeAfter(part.text, place);
      continue;
    }
    const variable = `merged_${fields.length}`;
    fields.push({ variable, reference: part.reference });
    source += written(place, variable);
  }
  return { source, fields };
}

/** Whether a script names something as a word of its own. */
export const names = (source: string, word: string): boolean =>
  new RegExp(`(?<![\\w$.])${word.replace(/[$]/g, "\\$&")}(?![\\w$])`).test(source);

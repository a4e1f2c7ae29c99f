import { Refusal } from "./refusal.ts";
import { encodable } from "./values.ts";

/**
 * Compares texts without regard to case, as the library does: UTF-16 unit by unit, each as its own lower or upper case,
 * which may have another length. Half a surrogate pair is a question mark, so letters beyond the Basic Multilingual Plane
 * never match.
 * @param where the wanted text must stand in a value.
 */
export function anyCase(wanted: string, where: "start" | "end" | "all"): (value: string) => boolean {
  const source = Array.from({ length: wanted.length }, (_, index) => {
    const unit = wanted[index] ?? "";
    const forms = [...new Set([unit.toLowerCase(), unit.toUpperCase()])].map((form) => escaped(encodable(form)));
    return forms.length === 1 ? forms[0] : `(?:${forms.join("|")})`;
  }).join("");
  const regex = new RegExp(`${where === "end" ? "" : "^"}${source}${where === "start" ? "" : "$"}`, "s");
  return (value) => regex.test(value);
}

const encoder = new TextEncoder();

/** Whether a string, in quotes, fits a pattern with `*`. @throws Refusal for what the service refuses. */
export function wildcardTest(wanted: string): (value: string) => boolean {
  const text = encodable(wanted);
  let source = "";
  // The service counts bytes, and the opening quote is one.
  const position = (index: number): number => 1 + encoder.encode(text.slice(0, index)).length;
  for (let index = 0; index < text.length; index += 1) {
    const [char = "", next] = [text[index], text[index + 1]];
    if (char === "*") {
      if (next === "*") throw new Refusal(`Consecutive wildcard characters at pos ${position(index)}`);
      source += ".*?";
    } else if (char === "\\") {
      if (next !== "*" && next !== "\\") throw new Refusal(`Invalid escape character at pos ${position(index)}`);
      source += escaped(next);
      index += 1;
    } else source += escaped(char);
  }
  const regex = new RegExp(`^"${source}"$`, "s");
  return (value) => regex.test(value);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

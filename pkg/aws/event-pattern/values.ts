import { addressDigits } from "./addresses.ts";
import { numberText } from "./json-text.ts";

/**
 * How EventBridge's library looks at a value. `text`: strings in quotes, everything else as it is written. `number`: a
 * number, where the field is compared with numbers. `address`: the hexadecimal digits of an IP address, where the field is
 * compared with addresses. `raw` still has the half surrogate pairs that `text` has no more.
 */
export type Look = { as: "text" | "address"; text: string; raw: string } | { as: "number"; number: number };

/** What a field's matchers make the library look for. */
export interface Looks {
  numbers: boolean;
  addresses: boolean;
}

/** The looks at a value, in the library's order; the last one is never an address. */
export function looksAt(value: unknown, { numbers, addresses }: Looks): Look[] {
  const raw = textOf(value);
  if (!numbers && !addresses) return [{ as: "text", text: encodable(raw), raw }];
  const looks: Look[] = [];
  const digits = addresses && typeof value === "string" ? addressDigits(value) : undefined;
  if (digits !== undefined) looks.push({ as: "address", text: digits, raw: digits });
  const number = numbers ? comparable(numberText(value) ?? "") : undefined;
  looks.push(number === undefined ? { as: "text", text: encodable(raw), raw } : { as: "number", number });
  return looks;
}

/** A value as text; strings are in quotes, which no other value has. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  return numberText(value) ?? String(value);
}

/** Half a surrogate pair has no UTF-8; Java writes a question mark. */
export function encodable(text: string): string {
  return text.isWellFormed() ? text : text.replaceAll(/\p{Surrogate}/gu, "?");
}

/** A number, if a double holds it exactly enough: written with at most 17 digits that survive. `undefined` otherwise. */
export function comparable(text: string): number | undefined {
  const number = Number(text);
  if (text === "" || !Number.isFinite(number)) return undefined;
  // Java writes at least two digits, also of the two smallest doubles, which have not as many.
  const written = Math.abs(number) < 1.5e-323 ? number.toPrecision(2) : String(number);
  return digitsOf(written) === digitsOf(text) ? number : undefined;
}

/** A decimal number in one spelling: `3e2`, `300` and `300.0` are one. */
function digitsOf(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const kept = digits.replace(/0+$/, "");
  if (kept === "") return "0";
  return `${sign}${kept}e${Number(exponent) - fraction.length + digits.length - kept.length}`;
}

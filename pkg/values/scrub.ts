import { SECRET_TEXT } from "./secrets.ts";
import { isSecret } from "./wire.ts";
import type { PropertyMap, PropertyValue } from "./wire.ts";

/** In base64 of something longer, a piece shorter than this may stand for anything. */
const MIN_BASE64 = 6;

/**
 * `text` without the given secrets: an API may repeat what it was sent, raw or in the form that its message needs
 * (JSON, URL, form, HTML, base64, also as part of a longer base64 text such as a Basic authorization).
 */
export function scrub(text: string, secrets: readonly string[]): string {
  const forms = [...new Set(secrets.filter((secret) => secret !== "").flatMap(formsOf))];
  // The longest first: a form may be part of another.
  forms.sort((a, b) => b.length - a.length);
  return forms.reduce((shown, form) => shown.replaceAll(form, SECRET_TEXT), text);
}

/** All texts inside secret values, at any depth. A secret that is still encrypted has none. */
export function secretTexts(properties: PropertyMap): string[] {
  return textsOf(properties, false);
}

function textsOf(value: PropertyValue | undefined, isInside: boolean): string[] {
  if (typeof value === "string" || typeof value === "number") return isInside ? [String(value)] : [];
  if (typeof value !== "object" || value === null) return [];
  if (isSecret(value)) return textsOf(value.value, true);
  return Object.values(value).flatMap((each) => textsOf(each, isInside));
}

function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const ascii = json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const texts = [secret, json, ascii];
  const escaped = texts.flatMap((each) => [
    each,
    each.replaceAll("/", "\\/"),
    JSON.stringify(each).slice(1, -1),
    html(each),
  ]);
  return [...escaped, ...percentEncoded(secret), ...base64(secret)];
}

function percentEncoded(secret: string): string[] {
  // A lone surrogate has no percent-encoding; as a form it becomes U+FFFD.
  const url = secret.isWellFormed() ? encodeURIComponent(secret) : secret;
  const form = new URLSearchParams({ secret }).toString().slice("secret=".length);
  // RFC 3986's unreserved characters are fewer than those that encodeURIComponent leaves.
  const strict = url.replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const lower = (text: string): string => text.replaceAll(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase());
  return [url, form, strict].flatMap((each) => [each, lower(each)]);
}

function html(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** The whole, and at each of the three alignments the characters that only the secret decides. */
function base64(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  const whole = bytes.toString("base64");
  const parts = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  const known = [whole, ...parts.filter(({ length }) => length >= MIN_BASE64)];
  return known.flatMap((each) => [each, each.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")]);
}

import { OUTPUT_SIG, SECRET_SIG, SIG, UNKNOWN, isSecret, isUnknown, secret } from "./wire.ts";
import type { PropertyMap, PropertyValue } from "./wire.ts";

/** What a secret is shown as in every output of the tool. */
export const SECRET_TEXT = "[secret]";

/** The value inside a secret wrapper; any other value unchanged. */
export function unwrapSecret(value: PropertyValue): PropertyValue {
  return isSecret(value) ? value.value : value;
}

/** Whether a secret stands anywhere inside `value`. */
function containsSecret(value: PropertyValue | undefined): boolean {
  return some(value, isSecret);
}

/** Whether an unknown stands anywhere inside `value`. */
export function containsUnknown(value: PropertyValue | undefined): boolean {
  return some(value, isUnknown);
}

/** `value` with every secret and output wrapper taken off, at any depth: what a driver sees. */
export function stripSecrets<T extends PropertyValue>(value: T): T {
  return map(value, (object) => {
    if (object[SIG] === OUTPUT_SIG) return "value" in object ? (object["value"] ?? null) : UNKNOWN;
    return isSecret(object) ? object.value : undefined;
  }) as T;
}

/** `value` with every secret replaced by the text `[secret]`: what a person or a log sees. */
export function hideSecrets<T extends PropertyValue>(value: T): T {
  return map(value, (object) => (isSecret(object) ? SECRET_TEXT : undefined)) as T;
}

/** `value` with the content of every secret hidden, and the wrapper left: what Pulumi's own events show. */
export function maskSecrets<T extends PropertyValue>(value: T): T {
  if (value === null || typeof value !== "object") return value;
  if (isSecret(value)) return { [SIG]: SECRET_SIG, ciphertext: SECRET_TEXT } as unknown as T;
  if (Array.isArray(value)) return value.map(maskSecrets) as unknown as T;
  const entries = Object.entries(value).flatMap(([key, child]) =>
    child === undefined ? [] : [[key, maskSecrets(child)] as const],
  );
  return Object.fromEntries(entries) as T;
}

/**
 * Marks in `to` whatever is secret at the same path in `from` (Pulumi's `annotateSecrets`: a provider that does
 * not speak secrets gets plain inputs, and what was secret going in is secret coming out).
 */
export function copySecretness(to: PropertyMap, from: PropertyMap): PropertyMap {
  const result: PropertyMap = {};
  for (const [key, value] of Object.entries(to)) result[key] = value === undefined ? undefined : mark(value, from[key]);
  return result;
}

function mark(to: PropertyValue, from: PropertyValue | undefined): PropertyValue {
  if (from === undefined || from === null || typeof from !== "object" || isSecret(to)) return to;
  if (isSecret(from)) return secret(to);
  if (Array.isArray(from)) {
    // A list may come back in another order, so positions say nothing: one secret entry makes the list secret.
    return Array.isArray(to) && from.some(containsSecret) ? secret(to) : to;
  }
  if (to === null || typeof to !== "object" || Array.isArray(to)) return to;
  return copySecretness(to, from);
}

function some(value: PropertyValue | undefined, test: (value: PropertyValue) => boolean): boolean {
  if (value === undefined) return false;
  if (test(value)) return true;
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).some((child) => some(child, test));
}

function map(
  value: PropertyValue,
  replace: (object: { [key: string]: PropertyValue | undefined }) => PropertyValue | undefined,
): PropertyValue {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((child) => map(child, replace));
  const replaced = replace(value);
  if (replaced !== undefined) return map(replaced, replace);
  const result: PropertyMap = {};
  for (const [key, child] of Object.entries(value)) if (child !== undefined) result[key] = map(child, replace);
  return result;
}

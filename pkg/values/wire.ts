/** A property value: JSON, where a secret is wrapped and an unknown is a sentinel string. */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | PropertyValue[]
  | { [key: string]: PropertyValue | undefined };

/** A resource's inputs or outputs. A key whose value is `undefined` counts as absent. */
export type PropertyMap = { [key: string]: PropertyValue | undefined };

/** Key that marks a special object on Pulumi's wire (`sdk/go/common/resource/sig`). */
export const SIG = "4dabf18193072939515e22adb298388d";
/** Value of {@link SIG} on a secret. */
export const SECRET_SIG = "1b47061264138c4ac30d75fd1eb44270";
/** Value of {@link SIG} on an output value (only remote components and calls send them). */
export const OUTPUT_SIG = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/** The sentinel for "not known until the update runs" (the string form; SDK and bridge use only this one). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A wrapped secret. */
export interface Secret {
  [key: string]: PropertyValue | undefined;
  value: PropertyValue;
}

/** Whether `value` is a wrapped secret (its own level only). */
export function isSecret(value: PropertyValue | undefined): value is Secret {
  return typeof value === "object" && value !== null && !Array.isArray(value) && value[SIG] === SECRET_SIG;
}

/** Whether `value` is the unknown sentinel. */
export function isUnknown(value: PropertyValue | undefined): boolean {
  return value === UNKNOWN;
}

/** Wraps `value` as a secret; a value that is one already is returned as it is. */
export function secret(value: PropertyValue): PropertyValue {
  return isSecret(value) ? value : { [SIG]: SECRET_SIG, value };
}

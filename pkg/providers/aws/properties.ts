import type { PropertyMap, PropertyValue } from "../../values/index.ts";

/** A text property; `undefined` when it is absent or empty. */
export function text(value: PropertyValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A text property that must be there. @throws Error, because `check` has seen to it. */
export function requireText(properties: PropertyMap, name: string): string {
  const value = text(properties[name]);
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
}

/** A nested block; `undefined` when it is absent. */
export function block(value: PropertyValue | undefined): PropertyMap | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

/** A map of texts, such as tags. */
export function textMap(value: PropertyValue | undefined): Record<string, string> {
  const entries = Object.entries(block(value) ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** The object without members that are undefined. */
export function given<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

/** Name of the event bus that a rule or target is of. */
export function busOf(properties: PropertyMap): string {
  return text(properties["eventBusName"]) ?? "default";
}

import { AwsFault } from "./wire/index.ts";
import type { AwsCall } from "./wire/index.ts";
import type { Item } from "./store.ts";

/** A text parameter. @throws AwsFault when it is not there. */
export function need<Input>({ params }: AwsCall<Input>, name: keyof Input & string): string {
  const value = params[name];
  if (typeof value === "string" && value !== "") return value;
  throw new AwsFault(
    "ValidationException",
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

/** A text parameter, if given. */
export function maybe<Input>({ params }: AwsCall<Input>, name: keyof Input & string): string | undefined {
  const value = params[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The given ones of some parameters. */
export function given<Input>({ params }: AwsCall<Input>, names: readonly (keyof Input & string)[]): Item {
  return Object.fromEntries(
    names.filter((name) => params[name] !== undefined && params[name] !== null).map((name) => [name, params[name]]),
  );
}

/** A list parameter; empty when it is not there. @throws AwsFault when it is something else. */
export function listOf<Entry = Item, Input = Record<string, unknown>>(
  { params }: AwsCall<Input>,
  name: keyof Input & string,
): Entry[] {
  const value = params[name] ?? [];
  if (!Array.isArray(value)) throw new AwsFault("SerializationException", `${name} is not a list`);
  return value as Entry[];
}

/** A map of texts; empty when it is not there. @throws AwsFault when it is something else. */
export function mapOf<Input>({ params }: AwsCall<Input>, name: keyof Input & string): Record<string, string> {
  const value = params[name] ?? {};
  const isMap = typeof value === "object" && !Array.isArray(value);
  if (!isMap || Object.values(value).some((each) => typeof each !== "string"))
    throw new AwsFault("SerializationException", `${name} is not a map of strings`);
  return value as Record<string, string>;
}

/** The refusal of a value by a constraint of the service's model, in the words that its services share. */
export function violates(value: unknown, name: string, constraint: string): AwsFault {
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  return new AwsFault(
    "ValidationException",
    `1 validation error detected: Value '${shown}' at '${name}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

/** A value as text; `""` when it is not there. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

import type { PropertyMap, PropertyValue } from "../values/index.ts";

/** Where a value comes from that stands in no manifest. */
export type ValueOrigin = { env: string } | { file: string };

/** A value from the environment or a file. It is secret, whatever field it is for. */
export interface SourcedValue {
  /** Where the value goes, from the document's root. */
  path: readonly (string | number)[];
  origin: ValueOrigin;
  value: string;
}

/** What is shown instead of a value that came from elsewhere. */
export function showOrigin(origin: ValueOrigin): string {
  return "env" in origin ? `[from env ${origin.env}]` : `[from file ${origin.file}]`;
}

/** A field that takes its value from another manifest's `status.outputs`, as it was written. */
export interface OutputName {
  kind: string;
  name: string;
  fieldPath: string;
}

/** An object in place of a text: a literal, or where to take the value from. */
export type Reference = { literal: PropertyValue | undefined } | { origin: ValueOrigin } | { output: OutputName };

/** Names that a shell can export. */
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads `{value}` or `{valueFrom}`; the text says what is wrong with it, and repeats nothing of it. */
export function parseReference(map: PropertyMap): Reference | string {
  const [key, ...more] = Object.keys(map);
  if (more.length === 0 && key === "value") return { literal: map["value"] ?? undefined };
  const from = map["valueFrom"] ?? map["value_from"];
  if (more.length > 0 || typeof from !== "object" || from === null || Array.isArray(from))
    return "this is neither a text nor a reference";
  const texts = Object.entries(from).map(([name, text]) => [name === "field_path" ? "fieldPath" : name, text] as const);
  const { env, file, kind, name, fieldPath } = Object.fromEntries(texts) as Record<string, PropertyValue | undefined>;
  const keys = texts.map(([each]) => each).toSorted();
  if (keys.join() === "env" && isText(env))
    return ENV_NAME.test(env) ? { origin: { env } } : "env is not the name of an environment variable";
  if (keys.join() === "file" && isText(file)) return { origin: { file } };
  if (keys.join() === "fieldPath,kind,name" && isText(kind) && isText(name) && isText(fieldPath))
    return { output: { kind, name, fieldPath } };
  return "valueFrom needs env, or file, or kind with name and fieldPath";
}

function isText(value: PropertyValue | undefined): value is string {
  return typeof value === "string" && value !== "";
}

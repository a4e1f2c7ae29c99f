import type * as z from "zod/mini";
import { metaOf } from "./fields.ts";

/** What the schema says of one field. */
export interface Field {
  description?: string;
  secret: boolean;
  ref: boolean;
  required: boolean;
  /** Words of other tools for the values of an enum. */
  synonyms?: Readonly<Record<string, string>>;
}

/** The parts of a zod schema that walking needs; zod keeps them in `def`. */
interface Def {
  type: string;
  innerType?: z.ZodMiniType;
  in?: z.ZodMiniType;
  element?: z.ZodMiniType;
  valueType?: z.ZodMiniType;
  shape?: Record<string, z.ZodMiniType>;
  entries?: Record<string, string>;
  values?: unknown[];
}

function defOf(schema: z.ZodMiniType): Def {
  return (schema as unknown as { def: Def }).def;
}

/** Takes off optional, default and pipe wrappers. */
function unwrap(schema: z.ZodMiniType): z.ZodMiniType {
  const def = defOf(schema);
  const inner = def.innerType ?? (def.type === "pipe" ? def.in : undefined);
  return inner ? unwrap(inner) : schema;
}

/** The keys of an object schema; empty for anything else. */
export function fieldKeys(schema: z.ZodMiniType): string[] {
  return Object.keys(defOf(unwrap(schema)).shape ?? {});
}

/** The schema one step below: a field of an object, a value of a map, an item of a list. */
export function childOf(schema: z.ZodMiniType, step: string | number): z.ZodMiniType | undefined {
  const def = defOf(unwrap(schema));
  if (def.type === "array") return typeof step === "number" ? def.element : undefined;
  if (def.type === "record") return def.valueType;
  return def.shape && Object.hasOwn(def.shape, step) ? def.shape[step] : undefined;
}

/** Whether the schema takes any value at all. */
export function isAnything(schema: z.ZodMiniType): boolean {
  return defOf(unwrap(schema)).type === "unknown";
}

/** Whether values are objects or lists with a schema of their own below. */
export function isContainer(schema: z.ZodMiniType): boolean {
  return ["object", "array", "record"].includes(defOf(unwrap(schema)).type);
}

const fields = new WeakMap<z.ZodMiniType, Field>();

/** What the schema says of a field. */
export function fieldOf(schema: z.ZodMiniType): Field {
  let field = fields.get(schema);
  if (!field) fields.set(schema, (field = readField(schema)));
  return field;
}

function readField(schema: z.ZodMiniType): Field {
  const meta = { ...metaOf(unwrap(schema)), ...metaOf(schema) };
  const wrapper = defOf(schema).type;
  return {
    ...(meta.description === undefined ? {} : { description: meta.description }),
    ...(meta.synonyms === undefined ? {} : { synonyms: meta.synonyms }),
    secret: meta.secret === true,
    ref: meta.ref === true,
    required: wrapper !== "optional" && wrapper !== "default",
  };
}

/** A type as a person writes it: `string`, `string[]`, `object`, `webhook | action`. */
export function typeName(schema: z.ZodMiniType): string {
  const def = defOf(unwrap(schema));
  if (def.type === "array" && def.element) return `${typeName(def.element)}[]`;
  if (def.type === "enum") return Object.values(def.entries ?? {}).join(" | ");
  if (def.type === "literal") return (def.values ?? []).join(" | ");
  if (def.type === "record") return "map of strings";
  return def.type;
}

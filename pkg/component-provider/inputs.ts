import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod/mini";
import { childOf, fieldOf } from "../kinds/index.ts";
import type { Kind } from "../kinds/index.ts";
import { formatPath, getPath } from "../values/index.ts";
import type { PropertyValue } from "../values/index.ts";

type Path = readonly (string | number)[];
/** What the SDK keeps of an output; its typings leave that out. */
type Opened = pulumi.Output<unknown> & { isKnown: Promise<boolean>; promise(): Promise<unknown> };

/**
 * What decides which resources there are, as plain values: rules, targets, names, patterns. SDKs of other languages may
 * send any part as an output. Fields that may come of other resources (`ref` in the schema) stay outputs.
 * @throws pulumi.InputPropertyError for a part that is not known yet.
 */
export async function structureOf(value: unknown, schema: z.ZodMiniType | undefined, path: Path): Promise<unknown> {
  if (schema && fieldOf(schema).ref) return value;
  if (pulumi.Output.isInstance(value)) return structureOfOutput(value as Opened, schema, path);
  if (typeof value !== "object" || value === null) return value;
  const below = (each: unknown, step: string | number): Promise<unknown> =>
    structureOf(each, schema && childOf(schema, step), [...path, step]);
  if (Array.isArray(value)) return Promise.all(value.map(below));
  const entries = Object.entries(value).map(async ([key, each]) => [key, await below(each, key)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function structureOfOutput(output: Opened, schema: z.ZodMiniType | undefined, path: Path): Promise<unknown> {
  if (!(await output.isKnown))
    throw new pulumi.InputPropertyError({
      propertyPath: formatPath(path),
      reason: "must be known before anything is made: it decides which resources there are",
    });
  const value = (await output.promise()) as PropertyValue;
  // A field that may be an output keeps what the whole knows of secrets and dependencies.
  const withOutputs = (each: PropertyValue, own: z.ZodMiniType | undefined, at: Path): unknown => {
    if (own && fieldOf(own).ref) return output.apply((whole) => getPath(whole as PropertyValue, at));
    if (typeof each !== "object" || each === null) return each;
    const below = (inner: PropertyValue, step: string | number): unknown =>
      withOutputs(inner, own && childOf(own, step), [...at, step]);
    if (Array.isArray(each)) return each.map(below);
    return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, below(inner ?? null, key)]));
  };
  return withOutputs(value, schema, []);
}

/** What stands for an output while inputs are checked; rules take it for a reference of a manifest. */
const DEFERRED = { valueFrom: {} };

/**
 * Checks inputs as a manifest's spec is checked, as far as they are known.
 * @throws pulumi.InputPropertiesError naming every property that is wrong.
 */
export function checkInputs(
  spec: Record<string, unknown>,
  schema: z.ZodMiniType,
  rules: Kind["rules"] = () => [],
): void {
  const deferred = new Set<string>();
  const known = withoutOutputs(spec, [], deferred);
  const parsed = schema.safeParse(known);
  const isDeferred = (path: Path): boolean =>
    path.some((_, length) => deferred.has(formatPath(path.slice(0, length + 1))));
  const issues = (parsed.error?.issues ?? []).map(({ path, message }) => ({ path: path as Path, message }));
  const findings = parsed.success || issues.every(({ path }) => isDeferred(path)) ? rules(known) : [];
  const problems = [
    ...issues.filter(({ path }) => !isDeferred(path)),
    ...findings
      .filter(({ severity }) => severity !== "warning")
      .map(({ path, message, hint }) => ({ path: path.slice(1), message: hint ? `${message} (${hint})` : message })),
  ];
  if (problems.length > 0)
    throw new pulumi.InputPropertiesError({
      message: "the inputs are not those of a stream that works",
      errors: problems.map(({ path, message }) => ({ propertyPath: formatPath(path), reason: message })),
    });
}

function withoutOutputs(value: unknown, path: Path, deferred: Set<string>): unknown {
  if (pulumi.Output.isInstance(value)) {
    deferred.add(formatPath(path));
    return DEFERRED;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each, index) => withoutOutputs(each, [...path, index], deferred));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withoutOutputs(each, [...path, key], deferred)]),
  );
}

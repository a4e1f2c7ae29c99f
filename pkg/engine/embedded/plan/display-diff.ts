import { diffValues, getPath, hideSecrets, isSecret, isUnknown, parsePath } from "../../../values/index.ts";
import type { PropertyDiff, PropertyMap, PropertyValue } from "../../../values/index.ts";
import type { DiffEntry } from "../../engine.ts";

/**
 * Turns changed paths into entries fit for display: values from before and after, secrets hidden.
 * @param before outputs with secrets wrapped, and the inputs for what outputs lack.
 */
export function displayDiff(
  changes: readonly PropertyDiff[],
  replaces: readonly string[],
  before: { outputs: PropertyMap; inputs: PropertyMap },
  after: PropertyMap,
): DiffEntry[] {
  return changes.flatMap(({ path, kind }) => {
    const steps = parsePath(path);
    const old = kind === "add" ? undefined : (shownAt(before.outputs, steps) ?? shownAt(before.inputs, steps));
    const now = kind === "delete" ? undefined : shownAt(after, steps);
    const entry: DiffEntry = { path, kind, replace: replaces.includes(path) };
    if (old !== undefined) entry.before = old;
    if (isUnknown(now)) entry.unknown = true;
    else if (now !== undefined) entry.after = now;
    return withinDocument(entry);
  });
}

/** A changed policy or pattern is shown place by place, not as two long texts. */
function withinDocument(entry: DiffEntry): DiffEntry[] {
  const [before, after] = [documentIn(entry.before), documentIn(entry.after)];
  if (!before || !after) return [entry];
  const places = diffValues(before, after).map(({ path, kind }): DiffEntry => {
    const [old, now] = [getPath(before, parsePath(path)), getPath(after, parsePath(path))];
    return {
      path: `${entry.path}.${path}`,
      kind,
      replace: entry.replace,
      ...(old === undefined ? {} : { before: old }),
      ...(now === undefined ? {} : { after: now }),
    };
  });
  return places.length > 0 ? places : [entry];
}

function documentIn(value: unknown): PropertyMap | undefined {
  if (typeof value !== "string" || !value.startsWith("{")) return undefined;
  try {
    return JSON.parse(value) as PropertyMap;
  } catch {
    return undefined;
  }
}

/** Every leaf of a new resource's inputs, as additions. */
export function creationDiff(inputs: PropertyMap): DiffEntry[] {
  const entries: DiffEntry[] = [];
  const visit = (value: PropertyValue | undefined, path: string): void => {
    if (value === undefined || value === null) return;
    if (typeof value === "object" && !isSecret(value) && !Array.isArray(value)) {
      for (const [key, child] of Object.entries(value))
        if (!key.startsWith("__")) visit(child, path === "" ? key : `${path}.${key}`);
      return;
    }
    entries.push(
      isUnknown(value)
        ? { path, kind: "add", replace: false, unknown: true }
        : { path, kind: "add", replace: false, after: hideSecrets(value) },
    );
  };
  visit(inputs, "");
  return entries;
}

/** The value at a path; `[secret]` as soon as the way leads into a secret. */
function shownAt(root: PropertyMap, path: readonly (string | number)[]): PropertyValue | undefined {
  let value: PropertyValue | undefined = root;
  for (const step of path) {
    if (value === undefined || value === null || typeof value !== "object") return undefined;
    if (isSecret(value)) return hideSecrets(value);
    value = Array.isArray(value) ? value[step as number] : Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value === undefined ? undefined : hideSecrets(value);
}

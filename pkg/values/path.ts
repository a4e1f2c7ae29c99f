import { unwrapSecret } from "./secrets.ts";
import type { PropertyMap, PropertyValue } from "./wire.ts";

/** Steps from the root to a value: a string names a property, a number an item of a list. */
type Path = (string | number)[];

/**
 * Parses a property path as Pulumi and `--set` write it: `a.b[0].c`, `a["key.with.dots"]`, `a\.b` for a dot in a key,
 * `*` for any key.
 * @throws Error naming the place when brackets do not match or a step is empty.
 */
export function parsePath(text: string): Path {
  const path: Path = [];
  let at = 0;
  let expectName = true;
  while (at < text.length) {
    const char = text[at];
    if (char === "[") {
      const end = text.startsWith('["', at) ? text.indexOf('"]', at + 2) + 1 : text.indexOf("]", at);
      if (end <= 0) throw new Error(`"[" at ${at + 1} is not closed`);
      const inner = text.slice(at + 1, end);
      if (inner.startsWith('"')) path.push(inner.slice(1, -1));
      else if (inner === "*") path.push("*");
      else if (/^[0-9]+$/.test(inner)) path.push(Number(inner));
      else throw new Error(`"[${inner}]" is not a list index`);
      at = end + 1;
      expectName = false;
    } else if (char === ".") {
      if (expectName) throw new Error(`an empty step at ${at + 1}`);
      at += 1;
      expectName = true;
    } else {
      let name = "";
      while (at < text.length && text[at] !== "." && text[at] !== "[") {
        if (text[at] === "\\" && at + 1 < text.length) at += 1;
        name += text[at];
        at += 1;
      }
      path.push(name);
      expectName = false;
    }
  }
  if (expectName) throw new Error(text === "" ? "the path is empty" : "the path ends with a dot");
  return path;
}

/** Writes a path the way {@link parsePath} reads it. */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else {
      const name = String(step);
      text += /^[^.[\]"\\]+$/.test(name) ? (text === "" ? name : `.${name}`) : `["${name}"]`;
    }
  }
  return text;
}

/** The value at `path`, seen through secret wrappers; `undefined` when nothing is there. */
export function getPath(root: PropertyValue, path: readonly (string | number)[]): PropertyValue | undefined {
  let value: PropertyValue | undefined = root;
  for (const step of path) {
    if (value === undefined) return undefined;
    value = unwrapSecret(value);
    if (value === null || typeof value !== "object") return undefined;
    if (Array.isArray(value)) value = typeof step === "number" ? value[step] : undefined;
    else value = Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/**
 * Sets the value at `path` in place, making objects and lists on the way; `undefined` removes it.
 * @throws Error when a step goes into a scalar, or an index leaves a gap in a list.
 */
export function setPath(root: PropertyMap, path: readonly (string | number)[], value: PropertyValue | undefined): void {
  let at: PropertyValue = root;
  for (const [index, step] of path.entries()) {
    if (at === null || typeof at !== "object") throw new Error(`${formatPath(path.slice(0, index))} is not an object`);
    if (Array.isArray(at) !== (typeof step === "number")) {
      throw new Error(
        `${formatPath(path.slice(0, index))} is ${Array.isArray(at) ? "a list: use an index" : "not a list"}`,
      );
    }
    const container = at as PropertyMap;
    if (Array.isArray(at) && (step as number) > at.length) {
      throw new Error(`${formatPath(path.slice(0, index))} has ${at.length} item(s): index ${step} would leave a gap`);
    }
    if (step === "__proto__") throw new Error("__proto__ is not a field");
    if (index === path.length - 1) {
      if (value !== undefined) container[step] = value;
      else if (Array.isArray(at)) at.splice(step as number, 1);
      else delete container[step];
      return;
    }
    const next = Object.hasOwn(container, step) ? container[step] : undefined;
    if (next === undefined || next === null) {
      if (value === undefined) return;
      container[step] = typeof path[index + 1] === "number" ? [] : {};
    }
    at = unwrapSecret(container[step] as PropertyValue);
  }
}

/** The paths of `root` that a pattern names, where a `*` step stands for every key of an object or item of a list. */
export function matchingPaths(root: PropertyValue, pattern: readonly (string | number)[]): Path[] {
  const star = pattern.indexOf("*");
  if (star === -1) return getPath(root, pattern) === undefined ? [] : [[...pattern]];
  const before = pattern.slice(0, star);
  const parent = getPath(root, before);
  const inside = parent === undefined ? null : unwrapSecret(parent);
  if (inside === null || typeof inside !== "object") return [];
  const steps = Array.isArray(inside) ? [...inside.keys()] : Object.keys(inside);
  return steps.flatMap((step) => matchingPaths(root, [...before, step, ...pattern.slice(star + 1)]));
}

/** Whether `path` lies at or below `pattern`, where a `*` step of the pattern matches any step. */
export function pathMatches(pattern: readonly (string | number)[], path: readonly (string | number)[]): boolean {
  return pattern.length <= path.length && pattern.every((step, index) => step === "*" || step === path[index]);
}

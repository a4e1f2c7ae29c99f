import type { RecordChange } from "../engine/index.ts";
import { diffValues, formatPath, getPath, parsePath } from "../values/index.ts";
import type { PropertyDiff, PropertyValue } from "../values/index.ts";

type Path = (string | number)[];
type Detail = { diffKind: string; inputDiff: false };

/**
 * Changed places of a record as Pulumi's bridged providers report them: a block that comes or goes is one place, a list
 * is compared by index, and a field that the service holds empty is updated, not added.
 * @returns by path, as `detailedDiff` of an engine event has it.
 */
export function detailedDiff({ old, new: now, changes = [], replaces = [] }: RecordChange): Record<string, Detail> {
  const before = (path: Path): PropertyValue | undefined =>
    getPath(old?.outputs ?? {}, path) ?? getPath(old?.inputs ?? {}, path);
  const after = (path: Path): PropertyValue | undefined => getPath(now?.inputs ?? {}, path);
  const details = changes.flatMap((change) => {
    const suffix = replaces.includes(change.path) ? "-replace" : "";
    return placesOf(change, before, after).map(({ path, kind }) => [path, detail(kind + suffix)] as const);
  });
  return Object.fromEntries(details);
}

function detail(diffKind: string): Detail {
  return { diffKind, inputDiff: false };
}

function placesOf(
  { path: text, kind }: PropertyDiff,
  before: (path: Path) => PropertyValue | undefined,
  after: (path: Path) => PropertyValue | undefined,
): PropertyDiff[] {
  const path = parsePath(text);
  const depths = path.map((_, index) => index + 1);
  const list = depths.find((depth) => Array.isArray(before(path.slice(0, depth))));
  if (list !== undefined)
    return diffValues(before(path.slice(0, list)), after(path.slice(0, list)), path.slice(0, list));
  const isAbsent = (value: unknown): boolean => value === undefined || value === null;
  const added = depths.find((depth) => isAbsent(before(path.slice(0, depth))));
  if (kind === "add")
    return [added === undefined ? { path: text, kind: "update" } : { path: formatPath(path.slice(0, added)), kind }];
  const removed = depths.find((depth) => isAbsent(after(path.slice(0, depth))));
  return [
    kind === "delete" && removed !== undefined
      ? { path: formatPath(path.slice(0, removed)), kind }
      : { path: text, kind },
  ];
}

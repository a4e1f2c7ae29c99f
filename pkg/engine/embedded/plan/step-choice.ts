import type { DriverDiff } from "../../../provider-contract/index.ts";
import { parsePath, pathMatches } from "../../../values/index.ts";
import type { PropertyDiff } from "../../../values/index.ts";

/** What to do with a resource that exists. */
export interface Choice {
  op: "same" | "update" | "replace";
  changes: PropertyDiff[];
  /** Paths among `changes` that force the replacement. */
  replaces: string[];
  deleteBeforeReplace: boolean;
}

/** Everything that decides the step. */
interface Situation {
  diff: DriverDiff;
  ignoreChanges: readonly string[];
  replaceOnChanges: readonly string[];
  /** The program's word on the order of a replacement; `undefined` leaves it to the provider. */
  deleteBeforeReplace?: boolean;
  /** The state may not be what is live (an interrupted update, failed initialization): update even without a change. */
  isUncertain: boolean;
  /** The provider's configuration moved the resource elsewhere. */
  isProviderReplaced: boolean;
}

/** Chooses the step for a resource that exists. Pure; the rules are those of Pulumi's step generator. */
export function chooseStep(situation: Situation): Choice {
  const { diff } = situation;
  const ignored = situation.ignoreChanges.map(toPath);
  const forcing = situation.replaceOnChanges.map(toPath);
  const changes = diff.changes.filter(({ path }) => !ignored.some((pattern) => covers(pattern, path)));
  const replaces = changes
    .map(({ path }) => path)
    .filter((path) => diff.replaces.includes(path) || forcing.some((pattern) => covers(pattern, path)));
  const deleteBeforeReplace = situation.deleteBeforeReplace ?? diff.deleteBeforeReplace;
  const op =
    replaces.length > 0 || situation.isProviderReplaced
      ? "replace"
      : changes.length > 0 || situation.isUncertain
        ? "update"
        : "same";
  return { op, changes, replaces, deleteBeforeReplace };
}

type Path = (string | number)[];

function toPath(text: string): Path {
  try {
    return parsePath(text);
  } catch {
    return [text];
  }
}

/** A pattern covers a path at or below it, and (for whole blocks that come or go) one above it. */
function covers(pattern: Path, text: string): boolean {
  const path = toPath(text);
  return pathMatches(pattern, path) || (path.length < pattern.length && pathMatches(path, pattern));
}

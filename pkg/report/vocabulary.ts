import { kinds } from "../kinds/index.ts";
import type { StepOp } from "../engine/index.ts";
import { printable } from "./printable.ts";

/** Pulumi's glyphs. */
export const GLYPHS: Readonly<Record<StepOp, string>> = {
  create: "+",
  update: "~",
  replace: "+-",
  delete: "-",
  same: " ",
  read: ">",
  refresh: "~",
  import: "=",
};

export const COLORS = {
  create: "green",
  update: "yellow",
  replace: "magenta",
  delete: "red",
  same: "gray",
  read: "cyan",
  refresh: "yellow",
  import: "cyan",
} as const;

/** What will be done, what is being done, what was done. */
export const WORDS: Readonly<Record<StepOp, readonly [future: string, present: string, past: string]>> = {
  create: ["to create", "creating", "created"],
  update: ["to update", "updating", "updated"],
  replace: ["to replace", "replacing", "replaced"],
  delete: ["to delete", "deleting", "deleted"],
  same: ["unchanged", "unchanged", "unchanged"],
  read: ["to read", "reading", "read"],
  refresh: ["drifted", "reading", "drifted"],
  import: ["to import", "importing", "imported"],
};

/** What a replacement of this resource type means to the user; `undefined` where it needs no words. */
export function replacementMeans(type: string): string | undefined {
  const replacing = kinds.find(({ resource }) => resource.type === type)?.resource.replacing;
  return replacing && `replacing means: ${replacing}`;
}

/** A step's resource, in words: `event stream user-lifecycle`. */
export function describe(type: string, urn: string): string {
  const name = urn.slice(urn.lastIndexOf("::") + 2);
  const last = type.slice(type.lastIndexOf(":") + 1);
  const noun = type.startsWith("pulumi:providers:")
    ? `${last} provider`
    : last.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return printable(`${noun} ${name}`);
}

/** Milliseconds as a person says them. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

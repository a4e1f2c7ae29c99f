import { StateProblem, diagnostic } from "../diagnostics/index.ts";
import type { StackRef } from "./types.ts";

/** Project and stack name folders and files. @throws StateProblem for names that would lead elsewhere. */
export function requireFileNames({ project, stack }: StackRef): void {
  for (const name of [project, stack])
    if (/^\.{0,2}$|[/\\\0]/.test(name))
      throw new StateProblem(
        diagnostic("state-unreadable", `${JSON.stringify(name)} cannot name a stack or project`, {
          hint: 'names have letters, digits, "-", "_" and "."',
        }),
      );
}

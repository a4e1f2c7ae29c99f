import { InvalidInput } from "../diagnostics/index.ts";
import type { Code, Diagnostic } from "../diagnostics/index.ts";
import type { Engine } from "../engine/index.ts";
import { manifestDiagnostic, manifestKey } from "../manifest/index.ts";
import type { Manifest } from "../manifest/index.ts";
import type { Snapshot } from "../state/index.ts";
import { equalValues } from "../values/index.ts";
import type { PropertyValue } from "../values/index.ts";
import { hasChanges } from "./report.ts";
import { runStacks } from "./run-stacks.ts";
import type { RunOptions } from "./run-stacks.ts";
import { refuseOtherTenants } from "./tenants.ts";

/** How one stack's move ended. One that failed is where it was. */
export interface Migration {
  manifest: Manifest;
  result: "moved" | "failed";
  diagnostics: Diagnostic[];
}

/** What is to be moved. */
interface Move {
  manifest: Manifest;
  snapshot: Snapshot;
  /** An interrupted migration has brought it there already. */
  isThere: boolean;
}

/**
 * Moves stacks from one backend to another. Each is put on record there, a plan there must change nothing, and only then
 * is it forgotten here. Interrupted, it goes on when it is called again.
 * @throws InvalidInput, with nothing touched, when a stack does not exist here, exists there, or is of another tenant.
 */
export async function migrateStacks(
  manifests: readonly Manifest[],
  source: Engine,
  target: Pick<RunOptions, "engine" | "backend" | "programFor" | "tenants" | "signal">,
): Promise<Migration[]> {
  await refuseOtherTenants(target.tenants, source);
  const moves = await planMoves(manifests, source, target.engine);
  for (const { manifest, snapshot, isThere } of moves)
    if (!isThere) await target.engine.restore(manifest.stack, snapshot);
  const { stacks } = await runStacks("plan", manifests, { ...target, parallel: 1, isPreview: true });
  const migrations: Migration[] = [];
  for (const [index, move] of moves.entries()) {
    const { manifest } = move;
    const plan = stacks[index];
    let problems: Diagnostic[] = [];
    if (plan?.result !== "succeeded") problems = plan?.diagnostics ?? [];
    else if (hasChanges({ stacks: [plan] }))
      problems = [
        problemOf(
          move,
          "not-verified",
          "a plan at the new place would change something",
          "apply it first, then migrate again; openmcf plan shows what differs",
        ),
      ];
    else if (!isSame(await source.snapshot(manifest.stack), move.snapshot))
      problems = [problemOf(move, "not-verified", "somebody changed it meanwhile", "migrate again")];
    if (problems.length === 0) await source.forget(manifest.stack);
    else await target.engine.forget(manifest.stack);
    migrations.push({ manifest, result: problems.length === 0 ? "moved" : "failed", diagnostics: problems });
  }
  return migrations;
}

async function planMoves(manifests: readonly Manifest[], source: Engine, target: Engine): Promise<Move[]> {
  const problems: Diagnostic[] = [];
  const moves: Move[] = [];
  for (const manifest of manifests) {
    const snapshot = await source.snapshot(manifest.stack);
    const there = await target.snapshot(manifest.stack);
    const isThere = (there?.resources.length ?? 0) > 0;
    if (!snapshot) problems.push(problemOf({ manifest }, "stack-not-found", "is not applied", "check --backend"));
    else if (isThere && !isSame(there, snapshot))
      problems.push(
        problemOf({ manifest }, "stack-exists", "exists at the new place already, and is another", "check --to"),
      );
    else moves.push({ manifest, snapshot, isThere });
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  return moves;
}

function isSame(one: Snapshot | undefined, other: Snapshot): boolean {
  return one !== undefined && equalValues(one as unknown as PropertyValue, other as unknown as PropertyValue);
}

function problemOf({ manifest }: Pick<Move, "manifest">, code: Code, message: string, hint: string): Diagnostic {
  return manifestDiagnostic(manifest, code, `${manifestKey(manifest)}: ${message}`, hint);
}

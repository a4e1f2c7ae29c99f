import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { approvalOf, digest, formatPlan, outdated, parsePlan } from "../../pkg/deploy/index.ts";
import type { Approval, PlanBasis, RunReport, SavedPlan, Tenant, Verb } from "../../pkg/deploy/index.ts";
import { InvalidInput, diagnostic } from "../../pkg/diagnostics/index.ts";
import type { Step } from "../../pkg/engine/index.ts";
import { effectiveManifest } from "../../pkg/manifest/index.ts";
import type { Manifest } from "../../pkg/manifest/index.ts";
import { hideSecrets } from "../../pkg/values/index.ts";
import type { PropertyMap } from "../../pkg/values/index.ts";
import type { Context } from "./context.ts";
import type { RunFlags } from "./flags.ts";
import type { Workspace } from "./workspace.ts";

/** What a plan of these manifests rests on. */
export interface Ground {
  manifests: readonly Manifest[];
  tenants: ReadonlyMap<Manifest, Tenant>;
  workspace: Workspace;
}

/** Approves steps of the manifest's stack. */
export type Approvals = (manifest: Manifest) => Approval;

/** Writes a plan to `--out FILE`. @throws InvalidInput when the file cannot be written. */
export async function savePlan(
  context: Context,
  file: string,
  report: RunReport,
  ground: Ground,
  refreshed: boolean,
  targets: readonly string[],
): Promise<void> {
  const bases = await basesOf(ground);
  const stacks = report.stacks.map(({ stack, manifest, steps }) => {
    const basis = bases.find((each) => each.stack === stack);
    if (!basis) throw new Error(`no manifest of stack ${stack}`);
    const shown = steps.map(({ op, urn, type, diff }) => ({ op, urn, type, diff }));
    return { ...basis, manifest: { ...manifest }, steps: shown };
  });
  const verb = report.verb === "destroy" ? "destroy" : "apply";
  const text = formatPlan({ verb, refreshed, targets: [...targets], stacks });
  try {
    await writeFile(resolve(context.cwd, file), text, { mode: 0o600 });
  } catch (error) {
    throw new InvalidInput(diagnostic("bad-flag", `--out ${file} cannot be written: ${(error as Error).message}`));
  }
}

/**
 * What `--plan FILE` approves.
 * @throws InvalidInput when the file is no plan, is for other flags, or is of the past.
 */
export async function approvedBy(
  context: Context,
  file: string,
  verb: Verb,
  flags: RunFlags,
  ground: Ground,
): Promise<Approvals> {
  const plan = parsePlan(await textOf(context, file), file);
  const problems = [...otherFlags(plan, file, verb, flags), ...outdated(plan, await basesOf(ground))];
  if (problems.length > 0) throw new InvalidInput(problems);
  return approvals(plan.stacks.map(({ stack, steps }) => ({ stack, steps: steps as Step[] })));
}

/** Approves what a plan that was just shown has. */
export function approvals(stacks: readonly { stack: string; steps: readonly Step[] }[]): Approvals {
  const byStack = new Map(stacks.map(({ stack, steps }) => [stack, approvalOf(steps)]));
  return (manifest) => byStack.get(nameOf(manifest)) ?? approvalOf([]);
}

function otherFlags(plan: SavedPlan, file: string, verb: Verb, { target = [] }: RunFlags): ReturnType<typeof outdated> {
  const hint = "make a plan with the same flags";
  if (plan.verb !== verb) return [diagnostic("plan-outdated", `${file} is a plan of ${plan.verb}, not of ${verb}`)];
  if (digest(plan.targets) === digest(target)) return [];
  const planned = plan.targets.join(", ") || "everything";
  return [diagnostic("plan-outdated", `${file} is a plan for ${planned}: --target is another one now`, { hint })];
}

async function textOf({ cwd }: Context, file: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), "utf8");
  } catch (error) {
    throw new InvalidInput(diagnostic("bad-flag", `--plan ${file} cannot be read: ${(error as Error).message}`));
  }
}

function basesOf({ manifests, tenants, workspace }: Ground): Promise<PlanBasis[]> {
  return Promise.all(
    manifests.map(async (manifest) => ({
      stack: nameOf(manifest),
      manifestDigest: digest(effectiveManifest(manifest)),
      tenant: tenants.get(manifest)?.domain ?? null,
      stateDigest: await stateDigest(manifest, workspace),
    })),
  );
}

/** Of what is on record, whatever backend keeps it. Encrypted values differ from write to write, so they are left out. */
async function stateDigest({ stack }: Manifest, { folder, engine }: Workspace): Promise<string | null> {
  const found = folder ? await folder.read(stack) : await engine.snapshot(stack);
  if (!found) return null;
  const resources = (found.resources ?? []) as unknown as PropertyMap[];
  return digest(resources.map((resource) => hideSecrets(resource)));
}

function nameOf({ stack }: Manifest): string {
  return `${stack.project}/${stack.stack}`;
}

import { createHash } from "node:crypto";
import { InvalidInput, diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import type { DiffEntry, Step } from "../engine/index.ts";
import * as z from "zod/mini";

// A plan as a file, so that what a person approved is what is applied. Pure; holds no secret: values that are secret are
// "[secret]" in steps, and nothing is derived from them.

/** Version of the format; another one is refused. */
const FORMAT = 1;

const entry = z.object({
  path: z.string(),
  kind: z.enum(["add", "update", "delete"]),
  replace: z.boolean(),
  before: z.optional(z.unknown()),
  after: z.optional(z.unknown()),
  unknown: z.optional(z.boolean()),
});
const savedStep = z.object({ op: z.string(), urn: z.string(), type: z.string(), diff: z.array(entry) });
const savedStack = z.object({
  stack: z.string(),
  manifest: z.object({ file: z.string(), line: z.number(), kind: z.string(), name: z.string() }),
  /** SHA-256 of the effective manifest, secrets left out. */
  manifestDigest: z.string(),
  /** The Auth0 domain; null where it is not known. */
  tenant: z.nullable(z.string()),
  /** SHA-256 of what was on record, secrets left out; null when there was no stack. */
  stateDigest: z.nullable(z.string()),
  steps: z.array(savedStep),
});
const savedPlan = z.object({
  format: z.literal(FORMAT),
  verb: z.enum(["apply", "destroy"]),
  /** Whether the live side was compared. */
  refreshed: z.boolean(),
  targets: z.array(z.string()),
  stacks: z.array(savedStack),
});

/** A saved plan. */
export type SavedPlan = z.infer<typeof savedPlan>;
type SavedStack = z.infer<typeof savedStack>;

/** What a plan rests on: when one of these differs, the plan is of the past. */
export type PlanBasis = Pick<SavedStack, "stack" | "manifestDigest" | "tenant" | "stateDigest">;

/** A saved plan as the text of its file. */
export function formatPlan(plan: Omit<SavedPlan, "format">): string {
  return `${JSON.stringify({ format: FORMAT, ...plan }, null, 2)}\n`;
}

/**
 * Reads the text of a plan's file.
 * @param file its name, for messages.
 * @throws InvalidInput when it is not such a file.
 */
export function parsePlan(text: string, file: string): SavedPlan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = savedPlan.safeParse(value);
  if (parsed.success) return parsed.data;
  const message = `${file} is not a plan that openmcf plan --out has written`;
  throw new InvalidInput(diagnostic("bad-flag", message, { hint: "make a new one: openmcf plan --out FILE" }));
}

/** SHA-256 of a value, whatever the order of its keys. The caller takes secrets out before. */
export function digest(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(canonical(value)) ?? "")
    .digest("hex");
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const sorted = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(sorted.map(([key, each]) => [key, canonical(each)]));
}

/** Why a plan does not fit what is there now; empty when it does. */
export function outdated(plan: Pick<SavedPlan, "stacks">, now: readonly PlanBasis[]): Diagnostic[] {
  const hint = "look at a new plan, and approve that one";
  const problem = (stack: string, what: string): Diagnostic =>
    diagnostic("plan-outdated", `${stack}: ${what} since the plan was made`, { hint });
  const planned = new Map(plan.stacks.map((each) => [each.stack, each]));
  const added = now
    .filter(({ stack }) => !planned.has(stack))
    .map(({ stack }) => problem(stack, "its manifest has come"));
  const changed = plan.stacks.flatMap((before): Diagnostic[] => {
    const after = now.find(({ stack }) => stack === before.stack);
    if (!after) return [problem(before.stack, "its manifest has gone")];
    if (after.tenant !== before.tenant)
      return [problem(before.stack, `the tenant has changed from ${before.tenant} to ${after.tenant}`)];
    if (after.manifestDigest !== before.manifestDigest) return [problem(before.stack, "its manifest has changed")];
    if (after.stateDigest !== before.stateDigest) return [problem(before.stack, "its state has changed")];
    return [];
  });
  return [...added, ...changed];
}

/** Decides about a step before it is taken: what was not approved is refused. */
export type Approval = (step: Step) => Diagnostic | undefined;

/**
 * Approves exactly what a plan shows: the same operation on the same resource, with no change that the plan lacks. What
 * the plan has and the run does not need is no problem.
 */
export function approvalOf(steps: readonly Pick<Step, "op" | "urn" | "diff">[]): Approval {
  const planned = new Map<string, Pick<Step, "op" | "urn" | "diff">>();
  for (const step of steps) planned.set(`${step.op} ${step.urn}`, step);
  return (step) => {
    const name = step.urn.slice(step.urn.lastIndexOf("::") + 2);
    // The old copy of a replaced resource goes with the replacement.
    const approved =
      planned.get(`${step.op} ${step.urn}`) ?? (step.op === "delete" ? planned.get(`replace ${step.urn}`) : undefined);
    if (!approved) return refusal(`${step.op} of ${name} is not in the approved plan`);
    if (step.op === "delete") return undefined;
    const more = step.diff.find((now) => !approved.diff.some((before) => covers(before, now)));
    return more && refusal(`${step.op} of ${name} would also change ${more.path}, which is not in the approved plan`);
  };
}

function refusal(message: string): Diagnostic {
  const hint = "the live side has changed since the plan was made: look at a new plan, and approve that one";
  return diagnostic("not-approved", message, { hint });
}

/** Whether an approved change is the change at hand. A value that was not known then may be anything now. */
function covers(approved: DiffEntry, now: DiffEntry): boolean {
  if (approved.path !== now.path || approved.kind !== now.kind || approved.replace !== now.replace) return false;
  if (approved.unknown || now.kind === "delete") return true;
  return digest(approved.after ?? null) === digest(now.after ?? null);
}

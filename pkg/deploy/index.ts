// From manifests to stacks: orders them by their references, runs them side by side on an engine, gathers what
// happened. Knows nothing of terminals; what it reports is data.
export { runStacks } from "./run-stacks.ts";
export type { RunOptions } from "./run-stacks.ts";
export { chooseTenants } from "./tenants.ts";
export type { Access, Tenant } from "./tenants.ts";
export { migrateStacks } from "./migrate.ts";
export type { Migration } from "./migrate.ts";
export { hasChanges } from "./report.ts";
export type { RunReport, StackReport, Verb } from "./report.ts";
export { approvalOf, digest, formatPlan, outdated, parsePlan } from "./saved-plan.ts";
export type { Approval, PlanBasis, SavedPlan } from "./saved-plan.ts";
export { outputsOf } from "./outputs.ts";
export type { StackIndex } from "./outputs.ts";

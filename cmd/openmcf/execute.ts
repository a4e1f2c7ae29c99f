import { createInterface } from "node:readline/promises";
import { hasChanges, runStacks } from "../../pkg/deploy/index.ts";
import type { RunReport, Verb } from "../../pkg/deploy/index.ts";
import { LiveReads } from "../../pkg/engine/index.ts";
import type { ImportRequest } from "../../pkg/engine/index.ts";
import type { Manifest } from "../../pkg/manifest/index.ts";
import {
  createProgress,
  jsonRun,
  markdownRun,
  renderDiagnostics,
  renderOutputs,
  renderRun,
} from "../../pkg/report/index.ts";
import { comparisonOf } from "./comparison.ts";
import type { Comparison } from "./comparison.ts";
import { EXIT } from "./context.ts";
import type { Context } from "./context.ts";
import { openEventFile } from "./event-file.ts";
import { badFlag, exitCodeOf } from "./failure.ts";
import type { RunFlags } from "./flags.ts";
import { loadForWork } from "./load-input.ts";
import { printDocument } from "./print-document.ts";
import { withWorkspace } from "./workspace.ts";
import type { Approvals, Ground } from "./plan-file.ts";
import type { Workspace } from "./workspace.ts";

/** What a run verb is, beyond its flags. */
interface Execution {
  verb: Verb;
  /** Show only. */
  isPreview: boolean;
  /** On a terminal: show first, and ask. */
  asks: boolean;
  needsCredentials: boolean;
  importRequest?: (manifest: Manifest) => ImportRequest;
}

/** Shared flow of the run commands: load, (preview, confirm), run, report. @returns the exit code. */
export async function execute(context: Context, flags: RunFlags, execution: Execution): Promise<number> {
  const parallel = parallelOf(flags);
  const loaded = await loadForWork(
    context,
    flags,
    execution.verb === "destroy" || execution.verb === "refresh" ? "defer" : "error",
  );
  return withWorkspace(context, flags, loaded, async (workspace) => {
    const options = workspace.runOptions(loaded.manifests);
    if (execution.needsCredentials)
      for (const tenant of new Set(options.tenants.values())) await workspace.auth0Credentials(tenant);
    const comparison = await comparisonOf(execution.verb, flags, workspace, options.tenants.values());
    const live = new LiveReads();
    const run = (isPreview: boolean, approve?: Approvals): Promise<RunReport> =>
      runVerb(context, flags, { ...execution, isPreview }, loaded.manifests, workspace, {
        ...options,
        ...comparison,
        parallel,
        live,
        ...(approve ? { approvals: approve } : {}),
      });
    const ground = { manifests: loaded.manifests, tenants: options.tenants, workspace };
    const approved = await approvalFor(context, flags, execution, ground, () => run(true));
    if (typeof approved === "number") return approved;
    const report = await run(execution.isPreview, approved);
    if (flags.out && codeOf(report, context) === EXIT.done)
      await (await planFile()).savePlan(context, flags.out, report, ground, comparison.refresh, flags.target ?? []);
    await print(context, flags, report, !execution.isPreview && execution.verb !== "destroy");
    const code = codeOf(report, context);
    return code === EXIT.done && flags.detailedExitcode && hasChanges(report) ? EXIT.changesPending : code;
  });
}

function parallelOf({ parallel = "10" }: RunFlags): number {
  const number = Number(parallel);
  if (!Number.isInteger(number) || number < 1) throw badFlag(`--parallel ${parallel} is not a number from 1`);
  return number;
}

/** A plan file takes zod and node:crypto: only a run that has to do with one loads it. */
const planFile = () => import("./plan-file.ts");

/**
 * What the run may do: what `--plan` has, or what a person has just been shown and agreed to.
 * @returns `undefined` when everything is approved; an exit code when the command ends here.
 */
async function approvalFor(
  context: Context,
  flags: RunFlags,
  { verb, isPreview, asks }: Execution,
  ground: Ground,
  preview: () => Promise<RunReport>,
): Promise<Approvals | number | undefined> {
  if (isPreview) return undefined;
  if (flags.plan) return (await planFile()).approvedBy(context, flags.plan, verb, flags, ground);
  // Only a person is asked: a program that reads JSON gets one document, and no question.
  if (!asks || flags.output !== "human" || flags.yes || !context.terminal.isInteractive) return undefined;
  const plan = await preview();
  await print(context, flags, plan, false);
  const code = codeOf(plan, context);
  if (code !== EXIT.done || !hasChanges(plan)) return code;
  if (!(await confirm(context, verb))) return EXIT.interrupted;
  return (await planFile()).approvals(plan.stacks);
}

type VerbOptions = ReturnType<Workspace["runOptions"]> &
  Comparison & { parallel: number; live: LiveReads; approvals?: Approvals };

async function runVerb(
  context: Context,
  flags: RunFlags,
  { verb, isPreview, importRequest }: Execution,
  manifests: readonly Manifest[],
  workspace: Workspace,
  options: VerbOptions,
): Promise<RunReport> {
  const { terminal, signal } = context;
  if (verb !== "destroy") await workspace.prepare(manifests);
  const reads = verb === "refresh" || options.refresh;
  if (reads) workspace.expectReads(manifests.length);
  const isWarm = await needsToken(verb, reads, manifests, workspace);
  const progress = createProgress(terminal, manifests.length, signal, isPreview && !terminal.isLive);
  const events = flags.jsonEvents ? openEventFile(flags.jsonEvents) : undefined;
  try {
    return await runStacks(verb, manifests, {
      ...options,
      isPreview,
      signal,
      ...(flags.target ? { targets: flags.target } : {}),
      ...(flags.allowTenantChange ? { allowTenantChange: true } : {}),
      ...(importRequest ? { importRequest } : {}),
      onAccepted: () => {
        if (isWarm) for (const tenant of new Set(options.tenants.values())) workspace.warmUp(tenant);
      },
      onEvent: (manifest, event) => {
        progress.event(manifest, event);
        events?.write(manifest, event);
      },
      onStackEnd: (report) => progress.stackEnd(report),
    });
  } finally {
    progress.stop();
    const warning = events?.close();
    if (warning) terminal.err(`${renderDiagnostics([warning], terminal.paintErr).join("\n")}\n`);
  }
}

/** Whether requests are certain: to make a stack that does not exist yet, or to read one that does. */
async function needsToken(
  verb: Verb,
  reads: boolean,
  [first]: readonly Manifest[],
  { folder }: Workspace,
): Promise<boolean> {
  if (!first || !folder || (verb !== "apply" && !reads)) return false;
  const exists = await folder.has(first.stack);
  return exists ? reads : verb === "apply";
}

function codeOf({ stacks }: RunReport, { signal }: Context): number {
  const failed = stacks.filter(({ result }) => result !== "succeeded");
  if (failed.length === 0) return EXIT.done;
  return signal.aborted ? EXIT.interrupted : exitCodeOf(failed.flatMap(({ diagnostics }) => diagnostics));
}

async function print({ terminal }: Context, flags: RunFlags, report: RunReport, showsOutputs: boolean): Promise<void> {
  if (flags.output === "json" || flags.output === "yaml") await printDocument(terminal, flags.output, jsonRun(report));
  else if (flags.output === "markdown") terminal.out(`${markdownRun(report)}\n`);
  else {
    const lines = renderRun(report, terminal.paint);
    const summary = lines.pop() ?? "";
    if (showsOutputs)
      lines.push(
        ...renderOutputs(
          report.stacks.filter(({ result }) => result === "succeeded"),
          terminal.paint,
        ),
      );
    terminal.out(`${[...lines, summary].join("\n")}\n`);
  }
}

async function confirm({ terminal, signal }: Context, verb: Verb): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(
      terminal.paintErr("bold", `Do you want to ${verb} this? Only "yes" goes on: `),
      { signal },
    );
    return answer.trim().toLowerCase() === "yes";
  } catch {
    return false;
  } finally {
    prompt.close();
  }
}

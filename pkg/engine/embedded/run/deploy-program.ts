import type { StackJob } from "../../engine.ts";
import { Deployment } from "./deployment.ts";
import { createServices } from "../sdk/monitor.ts";
import { runProgram } from "../sdk/program-host.ts";
import type { StepContext } from "./resource-steps.ts";

/** One operation on one stack, while it runs. */
export interface Session {
  context: StepContext;
  /** URNs whose live state may differ from the record. */
  uncertain: ReadonlySet<string>;
  isTarget?: (urn: string) => boolean;
}

/**
 * Runs a program against a stack: every resource it registers becomes a step. The one place that loads the SDK.
 * A program that did not end well has failed the log of the session.
 * @returns the deployment, to be finished if the program ended well.
 */
export async function deployProgram(job: StackJob, { context, uncertain, isTarget }: Session): Promise<Deployment> {
  const { project, stack, initialOutputs } = job;
  const deployment = new Deployment({
    ...context,
    project,
    stack,
    uncertain,
    ...(isTarget ? { isTarget } : {}),
    ...(initialOutputs ? { initialOutputs } : {}),
  });
  const services = createServices(deployment);
  const { failures, summary } = await ("host" in job.program
    ? job.program.host(services, deployment.context)
    : runProgram(job.program, deployment.context, services, job.config));
  for (const failure of failures) context.log.failWith(failure);
  if (summary !== undefined && !context.log.hasFailed) context.log.failWith(new Error(summary));
  return deployment;
}

import type { PropertyMap } from "../../values/index.ts";
import type { StackJob } from "../engine.ts";
import { Deployment } from "./deployment.ts";
import { createServices } from "./monitor.ts";
import { runProgram } from "./program-host.ts";
import type { StepContext } from "./resource-steps.ts";

/** One operation on one stack, while it runs. */
export interface Session {
  context: StepContext;
  /** URNs whose live state may differ from the record. */
  uncertain: ReadonlySet<string>;
  isTarget?: (urn: string) => boolean;
}

/** A program that has run. */
interface Deployed {
  /** The stack's outputs, secrets wrapped. */
  outputs: PropertyMap;
  /** Deletes what the program no longer makes. */
  finish: () => Promise<void>;
}

/**
 * Runs a program against a stack: every resource it registers becomes a step. The one place that loads the SDK.
 * A program that did not end well has failed the log of the session.
 */
export async function deployProgram(job: StackJob, { context, uncertain, isTarget }: Session): Promise<Deployed> {
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
  return { outputs: deployment.outputs, finish: () => deployment.finish() };
}

import type { Cloud } from "../cloud.ts";
import { isAllowed } from "../iam/access.ts";
import { roleByArn } from "../iam/model.ts";
import { EVENTS, final } from "./model.ts";
import type { Failure, Job } from "./model.ts";
import { ruleArn } from "./rules.ts";

/** What keeps EventBridge from an action, by the policies of the resource; `undefined` when it may. */
export function byResource(
  job: Job,
  policies: readonly (string | undefined)[],
  action: string,
  resource = job.target.Arn,
): Failure | undefined {
  if (job.target.RoleArn !== undefined) return undefined;
  const request = {
    action,
    resource,
    service: EVENTS,
    sourceArn: ruleArn(job, job.bus, job.rule.Name),
    sourceAccount: job.account,
  };
  return isAllowed(policies, request)
    ? undefined
    : final("NO_PERMISSIONS", `no policy lets the rule call ${action} on ${resource}`);
}

/** What keeps EventBridge from an action, by the role of the target; `undefined` when it may. */
export function byRole(cloud: Cloud, job: Job, action: string): Failure | undefined {
  const { RoleArn, Arn, EcsParameters: ecs, RunCommandParameters: command } = job.target;
  const role = RoleArn === undefined ? undefined : roleByArn(cloud, RoleArn);
  // A role of the user's own is not the sandbox's to judge.
  if (RoleArn !== undefined && !role) return undefined;
  const request = { sourceArn: ruleArn(job, job.bus, job.rule.Name), sourceAccount: job.account };
  const trusts =
    role && isAllowed([role.trust], { ...request, action: "sts:AssumeRole", resource: Arn, service: EVENTS });
  const uses: { action: string; resource: string; context?: Record<string, string> }[] = [{ action, resource: Arn }];
  if (ecs) {
    uses[0] = { action, resource: ecs.TaskDefinitionArn, context: { "ecs:cluster": Arn } };
    const taskRole = `arn:aws:iam::${job.account}:role/task`;
    uses.push({
      action: "iam:PassRole",
      resource: taskRole,
      context: { "iam:passedtoservice": "ecs-tasks.amazonaws.com" },
    });
  }
  for (const { Key, Values } of command?.RunCommandTargets ?? []) {
    const context = Key.startsWith("tag:")
      ? { [`ssm:resourcetag/${Key.slice(4).toLowerCase()}`]: Values[0] ?? "" }
      : {};
    const instance = Key.startsWith("tag:") ? "i-0" : (Values[0] ?? "");
    uses.push({ action, resource: `arn:aws:ec2:${job.region}:${job.account}:instance/${instance}`, context });
  }
  const refused = uses.find((use) => !trusts || !isAllowed(role.policies, { ...request, ...use }));
  return (
    refused && final("NO_PERMISSIONS", `the target's role does not allow ${refused.action} on ${refused.resource}`)
  );
}

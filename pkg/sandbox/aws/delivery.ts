import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { shelfOf, textOf } from "./cloud.ts";
import type { Cloud } from "./cloud.ts";
import { functionPolicy } from "./lambda/model.ts";
import { cannedRuntime } from "./lambda/runtime.ts";
import type { LambdaRuntime } from "./lambda/runtime.ts";
import { findBus } from "./event-buses.ts";
import { patternOf } from "./event-pattern.ts";
import { ruleArn } from "./event-rules.ts";
import type { Rule, Target } from "./event-rules.ts";
import { roleByArn } from "./iam/model.ts";
import { inputFor } from "./input.ts";
import { publish } from "./sns/publish.ts";
import { sendToQueue } from "./sqs/send.ts";
import { isAllowed } from "./iam/access.ts";

/** An event as EventBridge hands it on. */
export interface BusEvent {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: object;
}

/** What became of an event at one target: a line of `.sandbox/aws-inbox.jsonl`. */
export interface TargetArrival {
  at: string;
  bus: string;
  rule: string;
  target: string;
  arn: string;
  eventId: string;
  /** `kept`: the sandbox has no such service, the payload is in the inbox. */
  outcome: "delivered" | "kept" | "dead-letter" | "dropped";
  attempts: number;
  /** Why it was not delivered. */
  detail: string;
  payload?: string;
}

interface Place {
  account: string;
  region: string;
}

/** What one attempt came to. A `final` failure is not tried again. */
interface Failure {
  code: string;
  message: string;
  isFinal: boolean;
}

interface Job extends Place {
  bus: string;
  rule: Rule;
  target: Target;
  event: BusEvent;
  /** How many buses it has passed. */
  hops: number;
}

/** EventBridge's defaults. */
const MAX_RETRIES = 185;
/** The waits between tries, shortened a thousandfold. */
const FIRST_WAIT_MS = 1;
const MAX_WAIT_MS = 20;
const MAX_HOPS = 5;
const EVENTS = "events.amazonaws.com";

/**
 * Puts events on a bus: archives them, matches the rules, and brings them to the targets, with retries and dead letters.
 * @returns what became of them.
 */
export async function putEvents(
  cloud: Cloud,
  place: Place,
  bus: string,
  events: readonly BusEvent[],
  runtime: LambdaRuntime = cannedRuntime,
  hops = 0,
): Promise<TargetArrival[]> {
  cloud.store.sync();
  findBus(place, cloud, bus);
  const rules = cloud.store.all(shelfOf(place, `rule/${bus}`)).map(([, rule]) => rule as Rule);
  const jobs: Job[] = events.flatMap((event) =>
    rules
      .filter(
        ({ State, EventPattern }) =>
          State === "ENABLED" && EventPattern !== undefined && patternOf(EventPattern).matches(event),
      )
      .flatMap((rule) => Object.values(rule.Targets).map((target) => ({ ...place, bus, rule, target, event, hops }))),
  );
  await archive(cloud, place, bus, events);
  return (await Promise.all(jobs.map((job) => deliver(cloud, job, runtime)))).flat();
}

async function archive(cloud: Cloud, place: Place, bus: string, events: readonly BusEvent[]): Promise<void> {
  const shelf = shelfOf(place, "archive");
  const arn = `arn:aws:events:${place.region}:${place.account}:event-bus/${bus}`;
  const mine = cloud.store.all(shelf).filter(([, item]) => item["EventSourceArn"] === arn);
  if (mine.length === 0) return;
  await cloud.store.change(() => {
    for (const [name] of mine) {
      const item = cloud.store.get(shelf, name);
      if (!item) continue;
      const pattern = item["EventPattern"];
      const count = events.filter((event) => typeof pattern !== "string" || patternOf(pattern).matches(event)).length;
      if (count > 0) cloud.store.put(shelf, name, { ...item, EventCount: Number(item["EventCount"]) + count });
    }
  });
}

async function deliver(cloud: Cloud, job: Job, runtime: LambdaRuntime): Promise<TargetArrival[]> {
  const { rule, target, event, bus } = job;
  const payload = inputFor(target, event, { name: rule.Name, arn: ruleArn(job, bus, rule.Name) });
  const retries = target.RetryPolicy?.MaximumRetryAttempts ?? MAX_RETRIES;
  const further: TargetArrival[] = [];
  let failure: Failure | undefined;
  let attempts = 0;
  let wait = FIRST_WAIT_MS;
  for (;;) {
    attempts += 1;
    failure = await attempt(cloud, job, payload, runtime, further);
    if (!failure || failure.isFinal || attempts > retries) break;
    await sleep(wait);
    wait = Math.min(wait * 2, MAX_WAIT_MS);
  }
  let outcome: TargetArrival["outcome"] = isSimulated(target.Arn) ? "delivered" : "kept";
  if (failure) outcome = (await sendDeadLetter(cloud, job, failure, attempts)) ? "dead-letter" : "dropped";
  const arrival: TargetArrival = {
    at: new Date().toISOString(),
    bus,
    rule: rule.Name,
    target: target.Id,
    arn: target.Arn,
    eventId: event.id,
    outcome,
    attempts,
    detail: failure ? `${failure.code}: ${failure.message}` : "",
    ...(outcome === "kept" ? { payload } : {}),
  };
  cloud.folder.append("aws-inbox.jsonl", arrival);
  return [arrival, ...further];
}

const isSimulated = (arn: string): boolean =>
  /^arn:[^:]+:(sqs|sns|logs|lambda):/.test(arn) || arn.includes(":event-bus/");

/** Services that the sandbox has not: what a role must allow before an event counts as arrived there. */
const ROLE_ACTIONS: Readonly<Record<string, string>> = {
  kinesis: "kinesis:PutRecord",
  firehose: "firehose:PutRecord",
  states: "states:StartExecution",
  ecs: "ecs:RunTask",
  batch: "batch:SubmitJob",
  ssm: "ssm:SendCommand",
};

async function attempt(
  cloud: Cloud,
  job: Job,
  payload: string,
  runtime: LambdaRuntime,
  further: TargetArrival[],
): Promise<Failure | undefined> {
  const { target, event } = job;
  const [, , service = "", region = "", account = "", ...rest] = target.Arn.split(":");
  const resource = rest.join(":");
  const fault = cloud.faults.ruleFor("DELIVER", `${service}:${resource}`);
  if (fault)
    return { code: fault.code ?? "SERVICE_UNAVAILABLE", message: "This failure was asked for.", isFinal: false };
  const at = { account, region };
  if (service === "lambda") return invokeFunction(cloud, job, resource, payload, runtime);
  if (resource.startsWith("event-bus/")) {
    const refusal = byRole(cloud, job, "events:PutEvents");
    if (refusal) return refusal;
    const bus = resource.slice("event-bus/".length);
    if (job.hops >= MAX_HOPS) return final("LOOP", "the event has passed too many buses");
    if (bus !== "default" && !cloud.store.get(shelfOf(at, "bus"), bus))
      return final("RESOURCE_NOT_FOUND", `Event bus ${bus} does not exist.`);
    further.push(...(await putEvents(cloud, at, bus, [event], runtime, job.hops + 1)));
    return undefined;
  }
  return cloud.store.change(() => {
    if (service === "sqs") return toQueue(cloud, job, at, resource, payload);
    if (service === "sns") {
      const policy = cloud.store.get(shelfOf(at, "topic"), resource)?.["policy"];
      if (policy === undefined) return final("RESOURCE_NOT_FOUND", "Topic does not exist");
      const refusal = byResource(job, [textOf(policy)], "sns:Publish");
      if (!refusal) publish(cloud, at, resource, payload);
      return refusal;
    }
    if (service === "logs") return toLogGroup(cloud, job, at, resource, payload);
    return byRole(
      cloud,
      job,
      target.Arn.includes(":api-destination/")
        ? "events:InvokeApiDestination"
        : (ROLE_ACTIONS[service] ?? `${service}:*`),
    );
  });
}

const final = (code: string, message: string): Failure => ({ code, message, isFinal: true });

function byResource(
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

function byRole(cloud: Cloud, job: Job, action: string): Failure | undefined {
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

function toQueue(cloud: Cloud, job: Job, at: Place, name: string, payload: string): Failure | undefined {
  const queue = cloud.store.get(shelfOf(at, "queue"), name);
  if (!queue) return final("RESOURCE_NOT_FOUND", "The specified queue does not exist.");
  const refusal = byResource(job, [(queue["attributes"] as Record<string, string>)["Policy"]], "sqs:SendMessage");
  if (refusal) return refusal;
  const group = job.target.SqsParameters?.MessageGroupId;
  sendToQueue(cloud, at, name, { body: payload, ...(group ? { groupId: group } : {}) });
  return undefined;
}

function toLogGroup(cloud: Cloud, job: Job, at: Place, resource: string, payload: string): Failure | undefined {
  const name = resource.replace(/^log-group:/, "").replace(/:\*$/, "");
  if (!cloud.store.get(shelfOf(at, "log-group"), name))
    return final("RESOURCE_NOT_FOUND", "The specified log group does not exist.");
  const policies = cloud.store
    .all(shelfOf(at, "log-resource-policy"))
    .map(([, item]) => textOf(item["policyDocument"]));
  const group = `arn:aws:logs:${at.region}:${at.account}:log-group:${name}`;
  for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"]) {
    const refusal = byResource(job, policies, action, `${group}:*`);
    if (refusal) return refusal;
  }
  const now = Date.now();
  cloud.store.put(shelfOf(at, `log/${name}`), randomUUID(), {
    timestamp: now,
    ingestionTime: now,
    message: payload,
    logStreamName: "events",
  });
  return undefined;
}

async function invokeFunction(
  cloud: Cloud,
  job: Job,
  resource: string,
  payload: string,
  runtime: LambdaRuntime,
): Promise<Failure | undefined> {
  const [, name = "", qualifier = ""] = /^function:([^:]+)(?::(.+))?$/.exec(resource) ?? [];
  const [, , , region = "", account = ""] = job.target.Arn.split(":");
  const fn = cloud.store.get(shelfOf({ account, region }, "function"), name);
  if (!fn) return final("RESOURCE_NOT_FOUND", `Function not found: ${job.target.Arn}`);
  const refusal = byResource(job, [functionPolicy(fn, qualifier)], "lambda:InvokeFunction");
  if (refusal) return refusal;
  // An asynchronous invocation is accepted; what the function does with it is its own affair.
  await runtime(fn, payload).catch(() => {});
  return undefined;
}

/** Sends what could not be delivered to the target's dead-letter queue, with AWS's attributes. */
async function sendDeadLetter(cloud: Cloud, job: Job, failure: Failure, attempts: number): Promise<boolean> {
  const arn = job.target.DeadLetterConfig?.Arn;
  if (arn === undefined) return false;
  const [, , , region = "", account = "", name = ""] = arn.split(":");
  const text = (StringValue: string): { DataType: string; StringValue: string } => ({
    DataType: "String",
    StringValue,
  });
  return cloud.store.change(() => {
    const queue = cloud.store.get(shelfOf({ account, region }, "queue"), name);
    const policy = (queue?.["attributes"] as Record<string, string> | undefined)?.["Policy"];
    const request = {
      action: "sqs:SendMessage",
      resource: arn,
      service: EVENTS,
      sourceArn: ruleArn(job, job.bus, job.rule.Name),
      sourceAccount: job.account,
    };
    if (!queue || !isAllowed([policy], request)) return false;
    return sendToQueue(cloud, { account, region }, name, {
      body: JSON.stringify(job.event),
      attributes: {
        RULE_ARN: text(request.sourceArn),
        TARGET_ARN: text(job.target.Arn),
        ERROR_CODE: text(failure.code),
        ERROR_MESSAGE: text(failure.message),
        RETRY_ATTEMPTS: text(String(attempts - 1)),
        ...(failure.isFinal ? {} : { EXHAUSTED_RETRY_CONDITION: text("MaximumRetryAttempts") }),
      },
    });
  });
}

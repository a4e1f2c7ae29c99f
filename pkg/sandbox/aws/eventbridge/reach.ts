import { randomUUID } from "node:crypto";
import { textOf } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import type { Cloud } from "../cloud.ts";
import { functionPolicy } from "../lambda/model.ts";
import type { LambdaRuntime } from "../lambda/runtime.ts";
import { publish } from "../sns/publish.ts";
import { sendToQueue } from "../sqs/send.ts";
import { byResource, byRole } from "./access.ts";
import { final } from "./model.ts";
import type { BusEvent, Failure, Job, Place } from "./model.ts";

const MAX_HOPS = 5;

/** Services that the sandbox has not: what a role must allow before an event counts as arrived there. */
const ROLE_ACTIONS: Readonly<Record<string, string>> = {
  kinesis: "kinesis:PutRecord",
  firehose: "firehose:PutRecord",
  states: "states:StartExecution",
  ecs: "ecs:RunTask",
  batch: "batch:SubmitJob",
  ssm: "ssm:SendCommand",
};

/** Puts an event on another bus. */
export type Forward = (place: Place, bus: string, event: BusEvent, hops: number) => Promise<void>;

/** Whether a delivery needs no waiting: its target is not a function or another bus. */
export function isAtHand({ target: { Arn } }: Job): boolean {
  const [, , service, , , resource = ""] = Arn.split(":");
  return service !== "lambda" && !resource.startsWith("event-bus/");
}

/** Tries once to bring an event to its target. @returns what went wrong. */
export async function attempt(
  cloud: Cloud,
  job: Job,
  payload: string,
  runtime: LambdaRuntime,
  forward: Forward,
): Promise<Failure | undefined> {
  if (isAtHand(job)) return cloud.store.change(() => attemptAtHand(cloud, job, payload));
  const { service, resource, at } = placeOf(job);
  const failure = faultFor(cloud, service, resource);
  if (failure) return failure;
  if (service === "lambda") return invokeFunction(cloud, job, resource, payload, runtime);
  const refusal = byRole(cloud, job, "events:PutEvents");
  if (refusal) return refusal;
  const bus = resource.slice("event-bus/".length);
  if (job.hops >= MAX_HOPS) return final("LOOP", "the event has passed too many buses");
  if (bus !== "default" && !cloud.store.get(shelfOf(at, "bus"), bus))
    return final("RESOURCE_NOT_FOUND", `Event bus ${bus} does not exist.`);
  await forward(at, bus, job.event, job.hops + 1);
  return undefined;
}

/** One attempt of a delivery that {@link isAtHand}, inside a change. @returns what went wrong. */
export function attemptAtHand(cloud: Cloud, job: Job, payload: string): Failure | undefined {
  const { service, resource, at } = placeOf(job);
  const failure = faultFor(cloud, service, resource);
  if (failure) return failure;
  if (service === "sqs") return toQueue(cloud, job, at, resource, payload);
  if (service === "sns") return toTopic(cloud, job, at, resource, payload);
  if (service === "logs") return toLogGroup(cloud, job, at, resource, payload);
  const isApi = job.target.Arn.includes(":api-destination/");
  return byRole(cloud, job, isApi ? "events:InvokeApiDestination" : (ROLE_ACTIONS[service] ?? `${service}:*`));
}

function placeOf({ target }: Job): { service: string; resource: string; at: Place } {
  const [, , service = "", region = "", account = "", ...rest] = target.Arn.split(":");
  return { service, resource: rest.join(":"), at: { account, region } };
}

function faultFor({ faults }: Cloud, service: string, resource: string): Failure | undefined {
  const fault = faults.ruleFor("DELIVER", `${service}:${resource}`);
  return fault && { code: fault.code ?? "SERVICE_UNAVAILABLE", message: "This failure was asked for.", isFinal: false };
}

function toTopic(cloud: Cloud, job: Job, at: Place, name: string, payload: string): Failure | undefined {
  const policy = cloud.store.get(shelfOf(at, "topic"), name)?.["policy"];
  if (policy === undefined) return final("RESOURCE_NOT_FOUND", "Topic does not exist");
  const refusal = byResource(job, [textOf(policy)], "sns:Publish");
  if (!refusal) publish(cloud, at, name, payload);
  return refusal;
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
  cloud.store.add(shelfOf(at, `log/${name}`), randomUUID(), {
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

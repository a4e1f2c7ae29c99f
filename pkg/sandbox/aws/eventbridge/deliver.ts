import { setTimeout as sleep } from "node:timers/promises";
import { shelfOf } from "../cloud.ts";
import type { Cloud } from "../cloud.ts";
import { isAllowed } from "../iam/access.ts";
import { cannedRuntime } from "../lambda/runtime.ts";
import type { LambdaRuntime } from "../lambda/runtime.ts";
import { sendToQueue } from "../sqs/send.ts";
import { findBus } from "./buses.ts";
import { inputFor } from "./input.ts";
import { EVENTS } from "./model.ts";
import type { BusEvent, Failure, Job, Place, TargetArrival } from "./model.ts";
import { patternOf } from "./patterns.ts";
import { attempt } from "./reach.ts";
import { ruleArn } from "./rules.ts";
import type { Rule } from "./rules.ts";

/** EventBridge's defaults. */
const MAX_RETRIES = 185;
/** The waits between tries, shortened a thousandfold. */
const FIRST_WAIT_MS = 1;
const MAX_WAIT_MS = 20;

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
  const forward = async (place: Place, other: string, each: BusEvent, hops: number): Promise<void> => {
    further.push(...(await putEvents(cloud, place, other, [each], runtime, hops)));
  };
  let failure: Failure | undefined;
  let attempts = 0;
  let wait = FIRST_WAIT_MS;
  for (;;) {
    attempts += 1;
    failure = await attempt(cloud, job, payload, runtime, forward);
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
    const id = sendToQueue(cloud, { account, region }, name, {
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
    return id !== undefined;
  });
}

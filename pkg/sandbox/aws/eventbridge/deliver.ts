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
import { attempt, attemptAtHand, isAtHand } from "./reach.ts";
import type { Forward } from "./reach.ts";
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
  return deliver(cloud, jobs, runtime);
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

/** A job with what its target gets. */
interface Sending {
  job: Job;
  payload: string;
}

/** Brings events to targets: what needs no waiting in one step, the rest one by one. */
async function deliver(cloud: Cloud, jobs: readonly Job[], runtime: LambdaRuntime): Promise<TargetArrival[]> {
  if (jobs.length === 0) return [];
  const further: TargetArrival[] = [];
  const forward: Forward = async (place, bus, event, hops) => {
    further.push(...(await putEvents(cloud, place, bus, [event], runtime, hops)));
  };
  const sendings = jobs.map((job): Sending => ({ job, payload: payloadOf(job) }));
  const slow = (sending: Sending): Promise<Ended> =>
    withRetries(sending, () => attempt(cloud, sending.job, sending.payload, runtime, forward));
  const first = await cloud.store.change(() =>
    sendings.map((sending) =>
      isAtHand(sending.job) ? { failure: attemptAtHand(cloud, sending.job, sending.payload) } : undefined,
    ),
  );
  const ended = await Promise.all(
    sendings.map(async (sending, index): Promise<Ended> => {
      const known = first[index];
      if (!known) return slow(sending);
      if (!known.failure || known.failure.isFinal) return { sending, failure: known.failure, attempts: 1 };
      return withRetries(sending, () => attempt(cloud, sending.job, sending.payload, runtime, forward), known.failure);
    }),
  );
  const isKept = await deadLettered(cloud, ended);
  const arrivals = ended.map((each, index) => arrivalOf(each, isKept[index] === true));
  cloud.inbox.append(arrivals);
  return [...arrivals, ...further];
}

function payloadOf({ bus, rule, target, event, account, region }: Job): string {
  return inputFor(target, event, { name: rule.Name, arn: ruleArn({ account, region }, bus, rule.Name) });
}

/** How a delivery ended. */
interface Ended {
  sending: Sending;
  failure: Failure | undefined;
  attempts: number;
}

/** Tries as often as the target's retry policy says. @param failed the failure of an attempt that was made already. */
async function withRetries(
  sending: Sending,
  tryOnce: () => Promise<Failure | undefined>,
  failed?: Failure,
): Promise<Ended> {
  const retries = sending.job.target.RetryPolicy?.MaximumRetryAttempts ?? MAX_RETRIES;
  let attempts = failed ? 1 : 0;
  let failure = failed;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, MAX_WAIT_MS)) {
    if (attempts > 0) {
      if (!failure || failure.isFinal || attempts > retries) return { sending, failure, attempts };
      await sleep(wait);
    }
    failure = await tryOnce();
    attempts += 1;
  }
}

function arrivalOf({ sending: { job, payload }, failure, attempts }: Ended, isDeadLettered: boolean): TargetArrival {
  const { bus, rule, target, event } = job;
  const arrived = isSimulated(target.Arn) ? "delivered" : "kept";
  const outcome = failure ? (isDeadLettered ? "dead-letter" : "dropped") : arrived;
  return {
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
}

const isSimulated = (arn: string): boolean =>
  /^arn:[^:]+:(sqs|sns|logs|lambda):/.test(arn) || arn.includes(":event-bus/");

/** Sends what could not be delivered to dead-letter queues. @returns for each delivery whether one has it. */
async function deadLettered(cloud: Cloud, ended: readonly Ended[]): Promise<boolean[]> {
  const needsOne = ({ failure, sending }: Ended): boolean =>
    failure !== undefined && sending.job.target.DeadLetterConfig?.Arn !== undefined;
  if (!ended.some(needsOne)) return [];
  return cloud.store.change(() => ended.map((each) => needsOne(each) && sendDeadLetter(cloud, each)));
}

/** Sends one delivery that failed to the target's dead-letter queue, with AWS's attributes. Inside a change. */
function sendDeadLetter(cloud: Cloud, { sending: { job }, failure, attempts }: Ended): boolean {
  const arn = job.target.DeadLetterConfig?.Arn ?? "";
  const [, , , region = "", account = "", name = ""] = arn.split(":");
  const text = (StringValue: string): { DataType: string; StringValue: string } => ({
    DataType: "String",
    StringValue,
  });
  const queue = cloud.store.get(shelfOf({ account, region }, "queue"), name);
  const policy = (queue?.["attributes"] as Record<string, string> | undefined)?.["Policy"];
  const request = {
    action: "sqs:SendMessage",
    resource: arn,
    service: EVENTS,
    sourceArn: ruleArn(job, job.bus, job.rule.Name),
    sourceAccount: job.account,
  };
  if (!queue || !failure || !isAllowed([policy], request)) return false;
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
}

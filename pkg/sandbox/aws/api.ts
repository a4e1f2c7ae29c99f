import { randomUUID } from "node:crypto";
import type { Cloud, Operation } from "./cloud.ts";
import { invoke } from "./lambda/invoke.ts";
import { lambdaOperations } from "./lambda/operations.ts";
import { cannedRuntime } from "./lambda/runtime.ts";
import { logsOperations } from "./logs/operations.ts";
import { putEvents } from "./delivery.ts";
import type { BusEvent } from "./delivery.ts";
import { busName, eventBusOperations, sourcesOf, stateOf } from "./event-buses.ts";
import { eventRuleOperations } from "./event-rules.ts";
import { iamOperations } from "./iam/operations.ts";
import { stsOperations } from "./sts/operations.ts";
import { snsOperations } from "./sns/operations.ts";
import { sqsOperations } from "./sqs/operations.ts";
import { AwsFault, readCall, writeAnswer, writeFault } from "./protocol.ts";
import type { AwsCall, AwsHttpAnswer, AwsHttpRequest } from "./protocol.ts";

const SERVICES: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  events: { ...eventBusOperations, ...eventRuleOperations },
  sqs: sqsOperations,
  sns: snsOperations,
  logs: logsOperations,
  lambda: lambdaOperations,
  iam: iamOperations,
  sts: stsOperations,
};

/** Operations that take time, and lock what they change themselves. */
const SLOW: Readonly<Record<string, (call: AwsCall, cloud: Cloud) => Promise<unknown>>> = {
  "events PutEvents": putCustomEvents,
  "events PutPartnerEvents": putPartnerEvents,
  "lambda Invoke": async (call, cloud) => {
    const { payload, error } = await invoke(call, cloud, cannedRuntime);
    return error === undefined ? JSON.parse(payload) : { errorMessage: error, errorType: "Error" };
  },
};

/** The operation a request asks for, for faults and records; `undefined` when it cannot be told. */
export function describeCall(request: AwsHttpRequest): { service: string; operation: string } | undefined {
  try {
    return readCall(request);
  } catch {
    return undefined;
  }
}

/** Answers a request of an AWS client; never throws for what a client did. */
export async function handleAws(request: AwsHttpRequest, cloud: Cloud): Promise<AwsHttpAnswer> {
  let call: AwsCall;
  try {
    call = readCall(request);
  } catch (error) {
    if (error instanceof AwsFault) return writeFault({ protocol: "json", service: "" }, error);
    throw error;
  }
  try {
    const slow = SLOW[`${call.service} ${call.operation}`];
    if (slow) return writeAnswer(call, await slow(call, cloud));
    const operation = SERVICES[call.service]?.[call.operation];
    if (!operation)
      throw new AwsFault(
        "UnknownOperationException",
        `the sandbox has no operation ${call.operation} of ${call.service}`,
      );
    const isRead = /^(Describe|List|Get|Test|Filter)/.test(call.operation);
    if (isRead) cloud.store.sync();
    return writeAnswer(call, isRead ? operation(call, cloud) : await cloud.store.change(() => operation(call, cloud)));
  } catch (error) {
    if (error instanceof AwsFault) return writeFault(call, error);
    throw error;
  }
}

interface Entry {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
  Time?: number;
  Resources?: string[];
}

async function putCustomEvents(call: AwsCall, cloud: Cloud): Promise<unknown> {
  const results = [];
  for (const entry of (call.params["Entries"] ?? []) as Entry[]) {
    const event = eventOf(entry, call);
    if (!event) {
      results.push({ ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." });
      continue;
    }
    await putEvents(cloud, call, busName(entry.EventBusName), [event]).catch((error: unknown) => {
      if (!(error instanceof AwsFault)) throw error;
      results.push({ ErrorCode: error.code, ErrorMessage: error.message });
    });
    results.push({ EventId: event.id });
  }
  return { FailedEntryCount: results.filter((each) => "ErrorCode" in each).length, Entries: results };
}

async function putPartnerEvents(call: AwsCall, cloud: Cloud): Promise<unknown> {
  const results = [];
  for (const entry of (call.params["Entries"] ?? []) as Entry[]) {
    const source = sourcesOf(call, cloud).find(({ name }) => name === entry.Source);
    const event = eventOf(entry, call);
    if (!source || !event) {
      results.push({ ErrorCode: "InvalidArgument", ErrorMessage: `Event source ${entry.Source} does not exist.` });
      continue;
    }
    // While the source is not ACTIVE, AWS takes events and drops them.
    if (stateOf(source, call, cloud) === "ACTIVE") await putEvents(cloud, call, source.name, [event]);
    results.push({ EventId: event.id });
  }
  return { FailedEntryCount: results.filter((each) => "ErrorCode" in each).length, Entries: results };
}

function eventOf(
  { Source = "", DetailType = "", Detail = "", Time, Resources = [] }: Entry,
  { account, region }: AwsCall,
): BusEvent | undefined {
  let detail: unknown;
  try {
    detail = JSON.parse(Detail);
  } catch {
    return undefined;
  }
  if (typeof detail !== "object" || detail === null || Source === "" || DetailType === "") return undefined;
  const time = new Date(Time === undefined ? Date.now() : Time * 1000).toISOString().replace(/\.\d+Z$/, "Z");
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": DetailType,
    source: Source,
    account,
    time,
    region,
    resources: Resources,
    detail,
  };
}

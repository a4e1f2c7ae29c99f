import type { Cloud, Service } from "./cloud.ts";
import { eventbridge } from "./eventbridge/index.ts";
import { iam } from "./iam/index.ts";
import { lambda } from "./lambda/index.ts";
import { logs } from "./logs/index.ts";
import { sns } from "./sns/index.ts";
import { sqs } from "./sqs/index.ts";
import { sts } from "./sts/index.ts";
import { AwsFault, protocolOf, readCall, writeAnswer, writeFault } from "./wire/index.ts";
import type { AwsCall, AwsHttpAnswer, AwsHttpRequest, RestServices } from "./wire/index.ts";

/** By the name in the credential scope of a request. */
const SERVICES: Readonly<Record<string, Service>> = { events: eventbridge, sqs, sns, logs, lambda, iam, sts };

const REST: RestServices = Object.fromEntries(
  Object.entries(SERVICES).flatMap(([name, { routes }]) => (routes ? [[name, routes]] : [])),
);

/** The operation a request asks for, for faults and records; `undefined` when it cannot be told. */
export function describeCall(request: AwsHttpRequest): { service: string; operation: string } | undefined {
  try {
    return readCall(request, REST);
  } catch {
    return undefined;
  }
}

/** Answers a request of an AWS client; never throws for what a client did. */
export async function handleAws(request: AwsHttpRequest, cloud: Cloud): Promise<AwsHttpAnswer> {
  let call: AwsCall;
  try {
    call = readCall(request, REST);
  } catch (error) {
    if (error instanceof AwsFault) return failCall(request, error);
    throw error;
  }
  try {
    return writeAnswer(call, await run(call, cloud));
  } catch (error) {
    if (error instanceof AwsFault) return writeFault(call, error);
    throw error;
  }
}

/** What a record has of its own: names of operations come from outside. */
function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A refusal in the protocol that a request speaks. */
export function failCall(request: AwsHttpRequest, fault: AwsFault): AwsHttpAnswer {
  return writeFault(protocolOf(request, REST), fault);
}

async function run(call: AwsCall, cloud: Cloud): Promise<unknown> {
  const service = own(SERVICES, call.service);
  const task = own(service?.tasks, call.operation);
  if (task) return task(call, cloud);
  const operation = own(service?.operations, call.operation);
  if (!operation)
    throw new AwsFault(
      call.protocol === "query" ? "InvalidAction" : "UnknownOperationException",
      `the sandbox has no operation ${call.operation} of ${call.service}`,
    );
  const isRead = /^(Describe|List|Get|Test|Filter)/.test(call.operation);
  if (!isRead) return cloud.store.change(() => operation(call, cloud));
  cloud.store.sync();
  return operation(call, cloud);
}

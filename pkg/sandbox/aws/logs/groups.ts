import { maybe } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import type { Cloud } from "../cloud.ts";
import type { Item } from "../store.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";

/** A log group, and where it stands. */
interface Found {
  shelf: string;
  name: string;
  group: Item;
}

/** The log group that a call names, by name or ARN. @throws AwsFault ResourceNotFoundException. */
export function findGroup<Input extends { logGroupName?: unknown; logGroupIdentifier?: unknown }>(
  call: AwsCall<Input>,
  cloud: Cloud,
): Found {
  return groupNamed(call, cloud, maybe(call, "logGroupName") ?? maybe(call, "logGroupIdentifier") ?? "");
}

/** A log group by name or ARN. @throws AwsFault ResourceNotFoundException. */
export function groupNamed(call: Pick<AwsCall, "account" | "region">, { store }: Cloud, text: string): Found {
  const name = text.replace(/^.*:log-group:/, "").replace(/:\*$/, "");
  const shelf = shelfOf(call, "log-group");
  const group = store.get(shelf, name);
  if (!group) throw new AwsFault("ResourceNotFoundException", "The specified log group does not exist.");
  return { shelf, name, group };
}

/** Where the events of a log group stand. */
export const eventsOf = (call: Pick<AwsCall, "account" | "region">, name: string): string =>
  shelfOf(call, `log/${name}`);

/** A log group as the API answers it. */
export function shownGroup({ account, region }: Pick<AwsCall, "account" | "region">, name: string, group: Item): Item {
  const arn = `arn:aws:logs:${region}:${account}:log-group:${name}`;
  return {
    logGroupName: name,
    creationTime: group["creationTime"],
    ...(group["retentionInDays"] === undefined ? {} : { retentionInDays: group["retentionInDays"] }),
    ...(group["kmsKeyId"] === undefined ? {} : { kmsKeyId: group["kmsKeyId"] }),
    metricFilterCount: 0,
    arn: `${arn}:*`,
    storedBytes: 0,
    logGroupClass: group["logGroupClass"] ?? "STANDARD",
    logGroupArn: arn,
  };
}

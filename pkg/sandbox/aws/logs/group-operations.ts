import type {
  CreateLogGroupCommandInput,
  DeleteLogGroupCommandInput,
  DeleteRetentionPolicyCommandInput,
  DescribeLogGroupsCommandInput,
  DescribeLogStreamsCommandInput,
  FilterLogEventsCommandInput,
  PutRetentionPolicyCommandInput,
} from "@aws-sdk/client-cloudwatch-logs";
import { given, mapOf, maybe, need, textOf } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import type { Operations } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import { eventsOf, findGroup, shownGroup } from "./groups.ts";
import { checkGroupName, checkRetention } from "./limits.ts";

interface Inputs {
  CreateLogGroup: CreateLogGroupCommandInput;
  DeleteLogGroup: DeleteLogGroupCommandInput;
  DescribeLogGroups: DescribeLogGroupsCommandInput;
  PutRetentionPolicy: PutRetentionPolicyCommandInput;
  DeleteRetentionPolicy: DeleteRetentionPolicyCommandInput;
  DescribeLogStreams: DescribeLogStreamsCommandInput;
  FilterLogEvents: FilterLogEventsCommandInput;
}

/** Log groups, and what is in them. */
export const groupOperations: Operations<Inputs> = {
  CreateLogGroup(call, { store }) {
    const name = need(call, "logGroupName");
    checkGroupName(name);
    if (store.get(shelfOf(call, "log-group"), name))
      throw new AwsFault("ResourceAlreadyExistsException", "The specified log group already exists");
    const tags = mapOf(call, "tags");
    store.put(shelfOf(call, "log-group"), name, {
      creationTime: Date.now(),
      tags,
      ...given(call, ["kmsKeyId", "logGroupClass"]),
    });
    return {};
  },
  DeleteLogGroup(call, cloud) {
    const { shelf, name } = findGroup(call, cloud);
    cloud.store.clear(eventsOf(call, name));
    cloud.store.remove(shelf, name);
    return {};
  },
  DescribeLogGroups(call, { store }) {
    const [prefix, part] = [maybe(call, "logGroupNamePrefix") ?? "", maybe(call, "logGroupNamePattern") ?? ""];
    const groups = store.all(shelfOf(call, "log-group"));
    const chosen = groups.filter(([name]) => name.startsWith(prefix) && name.includes(part));
    return { logGroups: chosen.map(([name, group]) => shownGroup(call, name, group)) };
  },
  PutRetentionPolicy(call, cloud) {
    const { shelf, name, group } = findGroup(call, cloud);
    const { retentionInDays } = call.params;
    checkRetention(retentionInDays);
    cloud.store.put(shelf, name, { ...group, retentionInDays });
    return {};
  },
  DeleteRetentionPolicy(call, cloud) {
    const { shelf, name, group } = findGroup(call, cloud);
    const { retentionInDays: _, ...kept } = group;
    cloud.store.put(shelf, name, kept);
    return {};
  },
  DescribeLogStreams(call, cloud) {
    const { name } = findGroup(call, cloud);
    const prefix = maybe(call, "logStreamNamePrefix") ?? "";
    const events = cloud.store.all(eventsOf(call, name)).map(([, event]) => event);
    const streams = Map.groupBy(events, (event) => textOf(event["logStreamName"]));
    const shown = [...streams].filter(([stream]) => stream.startsWith(prefix));
    return {
      logStreams: shown.map(([logStreamName, list]) => ({
        logStreamName,
        creationTime: list[0]?.["ingestionTime"],
        firstEventTimestamp: list[0]?.["timestamp"],
        lastEventTimestamp: list.at(-1)?.["timestamp"],
        lastIngestionTime: list.at(-1)?.["ingestionTime"],
        arn: `arn:aws:logs:${call.region}:${call.account}:log-group:${name}:log-stream:${logStreamName}`,
        storedBytes: 0,
      })),
    };
  },
  FilterLogEvents(call, cloud) {
    const shelf = eventsOf(call, findGroup(call, cloud).name);
    const events = cloud.store.all(shelf).map(([eventId, event]) => ({ eventId, ...event }));
    return { events: events.slice(0, Number(call.params.limit ?? 10_000)) };
  },
};

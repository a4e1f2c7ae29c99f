import { maybe, need, shelfOf } from "../cloud.ts";
import type { Cloud, Operation } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";

function findGroup(call: AwsCall, { store }: Cloud): string {
  const name = maybe(call, "logGroupName") ?? (maybe(call, "logGroupIdentifier") ?? "").replace(/^.*:log-group:/, "");
  if (!store.get(shelfOf(call, "log-group"), name))
    throw new AwsFault("ResourceNotFoundException", "The specified log group does not exist.");
  return name;
}

const MAX_RESOURCE_POLICIES = 10;

/** CloudWatch Logs. */
export const logsOperations: Readonly<Record<string, Operation>> = {
  CreateLogGroup(call, { store }) {
    const name = need(call, "logGroupName");
    if (store.get(shelfOf(call, "log-group"), name))
      throw new AwsFault("ResourceAlreadyExistsException", "The specified log group already exists");
    store.put(shelfOf(call, "log-group"), name, { creationTime: Date.now(), tags: call.params["tags"] ?? {} });
    return {};
  },
  DeleteLogGroup(call, cloud) {
    const name = findGroup(call, cloud);
    for (const [id] of cloud.store.all(shelfOf(call, `log/${name}`)))
      cloud.store.remove(shelfOf(call, `log/${name}`), id);
    cloud.store.remove(shelfOf(call, "log-group"), name);
    return {};
  },
  DescribeLogGroups(call, { store }) {
    const prefix = maybe(call, "logGroupNamePrefix") ?? "";
    return {
      logGroups: store
        .all(shelfOf(call, "log-group"))
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, { creationTime }]) => ({
          logGroupName: name,
          creationTime,
          storedBytes: 0,
          arn: `arn:aws:logs:${call.region}:${call.account}:log-group:${name}:*`,
        })),
    };
  },
  FilterLogEvents(call, cloud) {
    const shelf = shelfOf(call, `log/${findGroup(call, cloud)}`);
    const events = cloud.store.all(shelf).map(([eventId, event]) => ({ eventId, ...event }));
    return { events: events.slice(0, Number(call.params["limit"] ?? 10_000)) };
  },
  PutResourcePolicy(call, { store }) {
    const [name, document] = [need(call, "policyName"), need(call, "policyDocument")];
    const shelf = shelfOf(call, "log-resource-policy");
    if (document.length > 5120) throw new AwsFault("InvalidParameterException", "The policy document is too long.");
    if (!store.get(shelf, name) && store.all(shelf).length >= MAX_RESOURCE_POLICIES)
      throw new AwsFault("LimitExceededException", "Resource limit exceeded.");
    const policy = { policyName: name, policyDocument: document, lastUpdatedTime: Date.now(), policyScope: "ACCOUNT" };
    store.put(shelf, name, policy);
    return { resourcePolicy: policy };
  },
  DescribeResourcePolicies: (call, { store }) => ({
    resourcePolicies: store.all(shelfOf(call, "log-resource-policy")).map(([, policy]) => policy),
  }),
  DeleteResourcePolicy(call, { store }) {
    const name = need(call, "policyName");
    if (!store.get(shelfOf(call, "log-resource-policy"), name))
      throw new AwsFault("ResourceNotFoundException", `Policy with name [${name}] does not exist.`);
    store.remove(shelfOf(call, "log-resource-policy"), name);
    return {};
  },
};

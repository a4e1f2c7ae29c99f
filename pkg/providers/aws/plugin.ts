import type { PropertyMap, PropertyValue } from "../../values/index.ts";
import { InvalidInput, diagnostic } from "../../diagnostics/index.ts";
import type { ProviderPlugin, ProviderSession } from "../../provider-contract/index.ts";
import { AwsAccess } from "./access.ts";
import type { AwsConfig, AwsOverride } from "./access.ts";
import { eventArchive } from "./events/event-archive.ts";
import { eventBus } from "./events/event-bus.ts";
import { eventRule } from "./events/event-rule.ts";
import { eventTarget } from "./events/event-target.ts";
import { role } from "./iam/role.ts";
import { rolePolicy } from "./iam/role-policy.ts";
import { permission } from "./lambda/permission.ts";
import { logResourcePolicy } from "./logs/log-resource-policy.ts";
import { topic } from "./sns/topic.ts";
import { topicPolicy } from "./sns/topic-policy.ts";
import { queue } from "./sqs/queue.ts";
import { queuePolicy } from "./sqs/queue-policy.ts";
import { AwsDriver } from "./resource.ts";

const TYPES = new Map(
  [eventBus, eventRule, eventTarget, eventArchive, queue, queuePolicy, topic, topicPolicy]
    .concat([role, rolePolicy, permission, logResourcePolicy])
    .map((type) => [type.type, type]),
);

/** Where AWS is, when not where the SDK finds it. */
export interface AwsPluginOptions {
  env: NodeJS.ProcessEnv;
  override?: () => Promise<AwsOverride>;
}

/** A partner event source, as `doctor` looks at it. */
interface PartnerEventSource {
  state: string;
  /** When AWS takes an unassociated one away. */
  expiresAt?: Date;
}

/** The plugin, with what only AWS has. */
interface AwsPlugin extends ProviderPlugin {
  /** The account of the credentials for a region. @throws InvalidInput, AwsError */
  account(config: AwsConfig, signal: AbortSignal): Promise<string>;
  /** A partner event source; `undefined` when AWS shows none of that name. */
  partnerEventSource(config: AwsConfig, name: string, signal: AbortSignal): Promise<PartnerEventSource | undefined>;
}

/** The `aws` package, as far as event buses and what they need go. One client a service and region for a whole run. */
export function awsPlugin(options: AwsPluginOptions): AwsPlugin {
  const access = new AwsAccess(options.override);
  return {
    name: "aws",
    secretConfig: ["accessKey", "secretKey", "token"],
    replaceOnConfig: ["region", "allowedAccountIds"],
    types: [...TYPES.keys()],
    account: (config, signal) => access.account(config, signal),
    partnerEventSource: async (config, name, signal) => {
      const { EventSources = [] } = await access.send(
        config,
        "events",
        "ListEventSourcesCommand",
        { NamePrefix: name },
        signal,
      );
      const found = EventSources.find(({ Name }) => Name === name);
      return (
        found && { state: found.State ?? "", ...(found.ExpirationTime ? { expiresAt: found.ExpirationTime } : {}) }
      );
    },
    configure: (given): ProviderSession => {
      const config = (): AwsConfig => configOf(given, options.env);
      return {
        driver: (type) => {
          const resource = TYPES.get(type);
          return resource && new AwsDriver(resource, access, config());
        },
        invoke: (token, args, signal) => DATA_SOURCES[token]?.(access, config(), args, signal),
      };
    },
  };
}

function configOf(given: Record<string, PropertyValue | undefined>, env: NodeJS.ProcessEnv): AwsConfig {
  const text = (name: string): string | undefined => (typeof given[name] === "string" ? given[name] : undefined);
  const region = text("region") ?? env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"];
  if (!region)
    throw new InvalidInput(diagnostic("missing-credentials", "no AWS region is given", { hint: "set AWS_REGION" }));
  const profile = text("profile");
  const account = firstOf(given["allowedAccountIds"]);
  return { region, ...(account ? { account } : {}), ...(profile ? { profile } : {}) };
}

/** A list, or the JSON text of one: a provider's config travels as texts. */
function firstOf(value: PropertyValue | undefined): string | undefined {
  const list: unknown = typeof value === "string" ? JSON.parse(value) : value;
  const [first] = Array.isArray(list) ? (list as unknown[]) : [];
  return typeof first === "string" ? first : undefined;
}

type DataSource = (
  access: AwsAccess,
  config: AwsConfig,
  args: PropertyMap,
  signal: AbortSignal,
) => Promise<PropertyMap>;

const DATA_SOURCES: Readonly<Record<string, DataSource>> = {
  async "aws:index/getCallerIdentity:getCallerIdentity"(access, config, _, signal) {
    const accountId = await access.account(config, signal);
    return { accountId, id: accountId };
  },
  async "aws:cloudwatch/getEventSource:getEventSource"(access, config, args, signal) {
    const prefix = typeof args["namePrefix"] === "string" ? args["namePrefix"] : "";
    const { EventSources = [] } = await access.send(
      config,
      "events",
      "ListEventSourcesCommand",
      { NamePrefix: prefix },
      signal,
    );
    const [found, ...others] = EventSources;
    // In the official provider's words: programs look for them.
    if (!found) throw new Error("no matching partner event source");
    if (others.length > 0)
      throw new Error(
        "multiple event sources matched; use additional constraints to reduce matches to a single event source",
      );
    return {
      arn: found.Arn,
      createdBy: found.CreatedBy,
      id: found.Arn,
      name: found.Name,
      namePrefix: prefix,
      state: found.State,
      region: config.region,
    };
  },
};

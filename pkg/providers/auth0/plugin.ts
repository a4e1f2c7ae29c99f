import type { PropertyMap } from "../../values/index.ts";
import type { Driver, ProviderPlugin, ProviderSession } from "../../provider-contract/index.ts";
import { Auth0Client } from "./client.ts";
import { auth0CredentialsFrom } from "./credentials.ts";
import type { Auth0Credentials } from "./credentials.ts";
import { EVENT_STREAM_TYPE, EventStreamDriver } from "./event-stream-driver.ts";
import type { Tenant } from "./event-stream-driver.ts";
import { StreamReads } from "./stream-reads.ts";
import { dataSourceOf } from "./event-stream-mapping.ts";
import { LogStreamApi } from "./log-stream/api.ts";
import { LOG_STREAM_TYPE, LogStreamDriver } from "./log-stream/driver.ts";

/** How the plugin finds its tenant. */
export interface Auth0PluginOptions {
  env: NodeJS.ProcessEnv;
  /** Credentials that win over everything else: the sandbox's. */
  override?: () => Promise<Auth0Credentials>;
}

/** The plugin, with what only Auth0 has. */
interface Auth0Plugin extends ProviderPlugin {
  /** Announces that about so many streams are going to be read. */
  expectReads(count: number): void;
  /** Fetches the token of a provider with this config ahead of its first request. Failures wait for that request. */
  warm(config: PropertyMap): void;
}

/** The `auth0` package. One client, token and rate limiter for each tenant and identity, shared by all stacks of a run. */
export function auth0Plugin(options: Auth0PluginOptions): Auth0Plugin {
  const tenants = new Map<string, Tenant & { logStreams: LogStreamApi }>();
  let expected = 0;

  const tenantOf = async (config: PropertyMap): Promise<Tenant & { logStreams: LogStreamApi }> => {
    const credentials = (await options.override?.()) ?? auth0CredentialsFrom(config, options.env);
    const key = JSON.stringify(credentials);
    let tenant = tenants.get(key);
    if (!tenant) {
      const client = new Auth0Client(credentials);
      tenant = { client, reads: new StreamReads(client), logStreams: new LogStreamApi(client) };
      tenant.reads.expect(expected);
      tenants.set(key, tenant);
    }
    return tenant;
  };

  return {
    name: "auth0",
    secretConfig: ["clientSecret", "apiToken", "clientAssertionPrivateKey"],
    replaceOnConfig: ["domain"],
    types: [EVENT_STREAM_TYPE, LOG_STREAM_TYPE],
    expectReads(count) {
      expected = count;
      for (const { reads, logStreams } of tenants.values()) {
        reads.expect(count);
        logStreams.forget();
      }
    },
    warm(config) {
      tenantOf(config)
        .then(({ client }) => client.token(new AbortController().signal))
        .catch(() => {});
    },
    configure: (config) => sessionOf(() => tenantOf(config)),
  };
}

/** The drivers and data sources of one tenant. */
function sessionOf(tenant: () => Promise<Tenant & { logStreams: LogStreamApi }>): ProviderSession {
  const drivers: Readonly<Record<string, Driver>> = {
    [EVENT_STREAM_TYPE]: new EventStreamDriver(tenant),
    [LOG_STREAM_TYPE]: new LogStreamDriver(async () => (await tenant()).logStreams),
  };
  return {
    driver: (type) => (Object.hasOwn(drivers, type) ? drivers[type] : undefined),
    invoke: (token, args, signal) =>
      token === "auth0:index/getEventStream:getEventStream" ? getEventStream(tenant(), args, signal) : undefined,
  };
}

async function getEventStream(tenant: Promise<Tenant>, args: PropertyMap, signal: AbortSignal): Promise<PropertyMap> {
  const id = typeof args["id"] === "string" ? args["id"] : "";
  const { client } = await tenant;
  const stream = await client.getEventStream(id, signal);
  if (!stream) throw new Error(`there is no event stream ${id}`);
  return dataSourceOf(stream);
}

import { TenantStore } from "../auth0/store.ts";
import type { LogStream } from "../auth0/log-streams/model.ts";
import type { Stream } from "../auth0/model.ts";
import type { FaultInjector } from "../host/faults.ts";
import type { SandboxFolder } from "../host/folder.ts";
import type { Cloud, PartnerSource } from "./cloud.ts";
import { SOURCE_LIFETIME_MS } from "./eventbridge/index.ts";
import { targetInbox } from "./eventbridge/inbox.ts";
import { AwsStore } from "./store.ts";

/** The sandbox's AWS. Partner event sources are those of the tenant's streams: whoever makes a stream makes a source. */
export function openCloud(folder: SandboxFolder, faults: FaultInjector, tenant = new TenantStore(folder)): Cloud {
  return {
    store: new AwsStore(folder),
    inbox: targetInbox(folder),
    faults,
    tenantSources: () => {
      tenant.sync();
      const live = [...tenant.streams.values(), ...tenant.logStreams.values()];
      const gone = [...tenant.deleted.values(), ...tenant.deletedLogStreams.values()];
      return [
        ...live.map((stream) => sourceOf(stream, faults, false)),
        ...gone.map((stream) => sourceOf(stream, faults, true)),
      ].filter((source) => source !== undefined);
    },
  };
}

function sourceOf(stream: Stream | LogStream, faults: FaultInjector, isDeleted: boolean): PartnerSource | undefined {
  const place = "sink" in stream ? logSource(stream) : eventSource(stream);
  if (!place) return undefined;
  const createdAt = Date.parse(stream.created_at);
  return {
    ...place,
    createdAt,
    visibleAt: createdAt + faults.sourceLagMs,
    expiresAt: createdAt + (faults.sourceExpiryMs ?? SOURCE_LIFETIME_MS),
    isDeleted,
  };
}

type SourcePlace = Pick<PartnerSource, "name" | "account" | "region">;

function eventSource({ destination: { type, configuration } }: Stream): SourcePlace | undefined {
  if (type !== "eventbridge") return undefined;
  return {
    name: String(configuration["aws_partner_event_source"]),
    account: String(configuration["aws_account_id"]),
    region: String(configuration["aws_region"]),
  };
}

function logSource({ type, sink }: LogStream): SourcePlace | undefined {
  if (type !== "eventbridge") return undefined;
  return {
    name: String(sink["awsPartnerEventSource"]),
    account: String(sink["awsAccountId"]),
    region: String(sink["awsRegion"]),
  };
}

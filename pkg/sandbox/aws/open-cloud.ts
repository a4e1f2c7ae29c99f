import { TenantStore } from "../auth0/store.ts";
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
      const live = [...tenant.streams.values()].map((stream) => sourceOf(stream, faults, false));
      const gone = [...tenant.deleted.values()].map((stream) => sourceOf(stream, faults, true));
      return [...live, ...gone].filter((source) => source !== undefined);
    },
  };
}

function sourceOf(stream: Stream, faults: FaultInjector, isDeleted: boolean): PartnerSource | undefined {
  const { type, configuration } = stream.destination;
  if (type !== "eventbridge") return undefined;
  const createdAt = Date.parse(stream.created_at);
  return {
    name: String(configuration["aws_partner_event_source"]),
    account: String(configuration["aws_account_id"]),
    region: String(configuration["aws_region"]),
    createdAt,
    visibleAt: createdAt + faults.sourceLagMs,
    expiresAt: createdAt + (faults.sourceExpiryMs ?? SOURCE_LIFETIME_MS),
    isDeleted,
  };
}
